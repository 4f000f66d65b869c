// A note that is opened before there is anything to show it, so that the network is asked while the page is still being drawn.
import type { NoteReference, OpenNote } from "./open-note.ts";

export class PreparedNote {
  readonly #open: (reference: NoteReference) => OpenNote;
  #waiting: { readonly address: string; readonly note: OpenNote } | null = null;

  constructor(open: (reference: NoteReference) => OpenNote) {
    this.#open = open;
  }

  /** One that nobody took makes room for the next. */
  prepare(reference: NoteReference): void {
    const address = addressOf(reference);
    if (this.#waiting?.address === address) return;
    this.#waiting?.note.close();
    this.#waiting = { address, note: this.#open(reference) };
  }

  /** The prepared one, once; any other is opened now. */
  take(reference: NoteReference): OpenNote {
    const waiting = this.#waiting;
    if (waiting?.address !== addressOf(reference)) return this.#open(reference);
    this.#waiting = null;
    return waiting.note;
  }
}

function addressOf({ noteId, linkId, secret }: NoteReference): string {
  return [noteId, linkId, secret].join(" ");
}
