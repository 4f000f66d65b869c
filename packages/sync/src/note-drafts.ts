// The drafts of a note: text that was refused and taken out of it, kept on the device until its writer lets it go.
import type { NoteId } from "@reed/log";
import type { Draft } from "./open-note.ts";
import type { ReplicaStore } from "./store/replica-store.ts";

export class NoteDrafts {
  readonly #noteId: NoteId;
  readonly #store: ReplicaStore;
  #all: readonly Draft[] = [];

  constructor(noteId: NoteId, store: ReplicaStore) {
    this.#noteId = noteId;
    this.#store = store;
  }

  /** Oldest first; the same array until one is added or let go. */
  get all(): readonly Draft[] {
    return this.#all;
  }

  async load(): Promise<void> {
    this.#all = await this.#store.drafts(this.#noteId);
  }

  /** Shown at once; resolves when it is on the disk. */
  async keep(text: string, reason: string, atMs: number): Promise<void> {
    const draft = { id: crypto.randomUUID(), text, reason, atMs };
    this.#all = [...this.#all, draft];
    await this.#store.addDraft(this.#noteId, draft);
  }

  dismiss(id: string): void {
    this.#all = this.#all.filter((draft) => draft.id !== id);
    void this.#store.removeDraft(this.#noteId, id);
  }
}
