// What the tabs of one device have written to a note and no store is known to have: this tab's own, and what it heard of the
// others'. Whoever leads next hands all of it to its engine, so it is lost only with the last tab. The log takes a clock of a Yjs
// client once and without gaps, so every edit is handed on as it was made, in the order in which it came.
import { TEXT_BUCKET } from "@reed/log";
import type { TabMessage } from "./channel.ts";

export interface TabEdit {
  readonly from: string;
  /** Counts up in its tab. */
  readonly id: number;
  readonly bucket: string;
  /** For the text a Yjs V1 update. */
  readonly payload: Uint8Array;
}

export type EditMessage = TabMessage & { readonly type: "edit" | "write" };

export class TabEdits {
  readonly tab = crypto.randomUUID();
  readonly #post: (message: TabMessage) => void;
  readonly #unkept = new Map<string, TabEdit>();
  /** Those that this tab's leader took, by the id that it gave them. */
  readonly #taken = new Map<number, TabEdit>();
  /** The document that the tabs share: a text edit of another one can't join it. null: no leader has said. */
  #epoch: string | null = null;
  #nextId = 1;

  constructor(post: (message: TabMessage) => void) {
    this.#post = post;
  }

  get epoch(): string | null {
    return this.#epoch;
  }

  /** How many of this tab's edits no store has yet. */
  get unkept(): number {
    return this.all.filter(({ from }) => from === this.tab).length;
  }

  /** In the order in which they came. */
  get all(): readonly TabEdit[] {
    return [...this.#unkept.values()];
  }

  pending(bucket: string): readonly Uint8Array[] {
    return this.all.filter((edit) => edit.bucket === bucket).map(({ payload }) => payload);
  }

  /** This tab writes: all tabs hear of it. */
  write(bucket: string, payload: Uint8Array): TabEdit {
    const edit = { from: this.tab, id: this.#nextId++, bucket, payload };
    this.#unkept.set(keyOf(edit), edit);
    this.#tell(edit);
    return edit;
  }

  /** Another tab wrote; null where that is known, or is of a document that these tabs have left. */
  heard(message: EditMessage): TabEdit | null {
    // A tab of an older version says neither whose its settings are, nor which document it writes into.
    const { from = "", id = this.#nextId++ } = message;
    const isOther = this.#epoch !== null && message.type === "edit" && (message.epoch ?? this.#epoch) !== this.#epoch;
    const content =
      message.type === "edit"
        ? { bucket: TEXT_BUCKET, payload: message.update }
        : { bucket: message.bucket, payload: message.payload };
    const edit = { from, id, ...content };
    if (from === this.tab || isOther || this.#unkept.has(keyOf(edit))) return null;
    this.#unkept.set(keyOf(edit), edit);
    return edit;
  }

  /** Tells again what this tab wrote and no leader has said to have kept. */
  resend(): void {
    for (const edit of this.all) if (edit.from === this.tab) this.#tell(edit);
  }

  /** Tells a tab that was not there what all of them wrote. */
  retell(): void {
    for (const edit of this.all) this.#tell(edit);
  }

  /** A leader has that one. */
  kept(from: string, id: number): void {
    this.#unkept.delete(keyOf({ from, id }));
  }

  /** Leader: took `edit` as its own edit `leaderId`. */
  take(leaderId: number, edit: TabEdit): void {
    this.#taken.set(leaderId, edit);
  }

  /** Leader: its own edit `leaderId` is on the disk. */
  stored(leaderId: number): void {
    const edit = this.#taken.get(leaderId);
    this.#taken.delete(leaderId);
    if (edit !== undefined) this.keep(edit);
  }

  /** Leader: the server has everything that was handed over. */
  allSent(): void {
    for (const id of this.#taken.keys()) this.stored(id);
  }

  /** Leader: that one is in the store or in the log. */
  keep({ from, id }: TabEdit): void {
    this.kept(from, id);
    this.#post({ type: "kept", to: from, id });
  }

  /** A leader has told which document the tabs share. */
  share(epoch: string | undefined): void {
    this.#epoch = epoch ?? this.#epoch;
  }

  /** What a leader before had taken is to be handed over anew. */
  beginLead(): void {
    this.#taken.clear();
    this.#epoch ??= crypto.randomUUID();
  }

  /** The document is another one: who renewed it has said again what of the text was to be kept. */
  renew(epoch: string): void {
    this.#epoch = epoch;
    for (const [key, { bucket }] of this.#unkept) if (bucket === TEXT_BUCKET) this.#unkept.delete(key);
    for (const [id, { bucket }] of this.#taken) if (bucket === TEXT_BUCKET) this.#taken.delete(id);
  }

  #tell({ from, id, bucket, payload }: TabEdit): void {
    if (bucket !== TEXT_BUCKET) return this.#post({ type: "write", from, id, bucket, payload });
    this.#post({ type: "edit", from, id, epoch: this.#epoch ?? undefined, update: payload });
  }
}

function keyOf({ from, id }: Pick<TabEdit, "from" | "id">): string {
  return `${from} ${id}`;
}
