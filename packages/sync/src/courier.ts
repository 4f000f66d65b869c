// Sends what was written in notes that nobody has open any more: the words of the second before a note was left, and those of a day
// without a network. One note after the other, as if somebody had opened it, but seen by nobody.
import type { NoteId } from "@reed/log";
import type { NoteStatus, OpenNote } from "./open-note.ts";

/** What the server does not take in so long is tried again later. */
const PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 30_000;
const LAST_PAUSE_MS = 600_000;

export interface CourierPorts {
  /** Notes of which something waits, and which nobody has open in this window. */
  waiting(): Promise<readonly NoteId[]>;
  /** Opens a note without showing anybody that it is open. `onClosed`: nothing of it is left. */
  open(noteId: NoteId, onClosed: () => void): Pick<OpenNote, "status" | "subscribe" | "close">;
}

export class Courier {
  readonly #ports: CourierPorts;
  /** In this round. */
  readonly #tried = new Set<NoteId>();
  #round: Promise<void> | null = null;
  #pauseMs = FIRST_PAUSE_MS;
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** The note that is being sent, and how to let go of it. */
  #current: { readonly noteId: NoteId; readonly letGo: () => Promise<void> } | null = null;

  constructor(ports: CourierPorts) {
    this.#ports = ports;
  }

  /** Sends what waits, as if nothing had failed before. Resolves when nothing more can be sent now. */
  send(): Promise<void> {
    this.#pauseMs = FIRST_PAUSE_MS;
    return this.#begin();
  }

  /** Somebody has left the note, and perhaps words in it. */
  take(noteId: NoteId): Promise<void> {
    this.#tried.delete(noteId);
    return this.send();
  }

  /** Somebody opens the note: they send what waits. Resolves when they have it for themselves. */
  async leave(noteId: NoteId): Promise<void> {
    if (this.#current?.noteId === noteId) await this.#current.letGo();
  }

  #begin(): Promise<void> {
    clearTimeout(this.#pause);
    this.#round ??= this.#sendAll().finally(() => {
      this.#round = null;
      this.#tried.clear();
    });
    return this.#round;
  }

  async #sendAll(): Promise<void> {
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      this.#tried.add(next);
      await this.#sendNote(next);
    }
    if ((await this.#ports.waiting()).length === 0) return;
    this.#pause = setTimeout(() => void this.#begin(), this.#pauseMs);
    this.#pauseMs = Math.min(LAST_PAUSE_MS, this.#pauseMs * 2);
  }

  async #next(): Promise<NoteId | undefined> {
    return (await this.#ports.waiting()).find((noteId) => !this.#tried.has(noteId));
  }

  async #sendNote(noteId: NoteId): Promise<void> {
    const closed = Promise.withResolvers<void>();
    const note = this.#ports.open(noteId, closed.resolve);
    const letGo = (): Promise<void> => {
      note.close();
      return closed.promise;
    };
    const unsubscribe = note.subscribe(() => {
      if (isDone(note.status())) void letGo();
    });
    const patience = setTimeout(letGo, PATIENCE_MS);
    this.#current = { noteId, letGo };
    await closed.promise;
    this.#current = null;
    clearTimeout(patience);
    unsubscribe();
  }
}

/** Sent, or kept from it by something that waiting won't mend. */
function isDone({ save, problem }: NoteStatus): boolean {
  return save === "Saved" || problem !== null;
}
