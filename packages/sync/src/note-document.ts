// The document that the editor is bound to. It is replaced whole when what it holds is no longer the note's: then it has a new
// clientID, and whoever shows it binds anew.
import { sha256 } from "@reed/crypto";
import { applyUpdates, editTowards, loadDocument, reapply, stateHash, TEXT_ROOT, textOf } from "@reed/text";
import * as Y from "yjs";
import type { Opening } from "./engine/engine.ts";

/** Origin of changes that come from the log or from another tab. */
const ELSEWHERE = Symbol("elsewhere");
/** By then the editor is bound to the document that is there now. */
const REBOUND_MS = 1000;

export interface DocumentEvents {
  /** The editor changed it; `update` is V1. */
  readonly onEdit: (update: Uint8Array) => void;
  readonly onChange: () => void;
}

export class NoteDocument {
  readonly #events: DocumentEvents;
  #doc = new Y.Doc();

  constructor(events: DocumentEvents) {
    this.#events = events;
    this.#bind();
  }

  get text(): Y.Text {
    return this.#doc.getText(TEXT_ROOT);
  }

  /** Everything, as one V1 update. */
  encode(): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc);
  }

  hash(): Uint8Array {
    return stateHash(this.#doc, sha256);
  }

  apply(updates: readonly Uint8Array[]): void {
    applyUpdates(this.#doc, updates, ELSEWHERE);
  }

  /** Merges a whole document, V2. */
  load(document: Uint8Array): void {
    Y.applyUpdateV2(this.#doc, document, ELSEWHERE);
  }

  /** The next clock of a client of Yjs. */
  clockOf(client: number): number {
    return Y.getState(this.#doc.store, client);
  }

  /** Takes the document that `base` makes in place of this one. */
  replace({ document, updates }: Opening): void {
    const next = loadDocument(document);
    applyUpdates(next, updates);
    this.#carryOver(this.#replace(next));
  }

  /** Says again in this document what turned `before` into `after` in the one that it replaced, as if the editor did. */
  repeat(before: string, after: string): void {
    editTowards(this.#doc, reapply(before, after, textOf(this.#doc)));
  }

  /**
   * Takes `document` (V2) in place of this one, and says again in it what turned `before` into the present text. What the log has
   * gained since (`now`: its text of this moment, null where that is not known) is not said twice: others may have said the same
   * again. Returns that edit (V1), or null where there is nothing to say.
   */
  rebase(document: Uint8Array, before: string, now: string | null): Uint8Array | null {
    const mine = textOf(this.#doc);
    const next = loadDocument(document);
    const there = textOf(next);
    const lacking = now ?? there;
    const updates = editTowards(next, reapply(lacking, reapply(before, mine, lacking), there));
    this.#carryOver(this.#replace(next));
    return updates.length === 0 ? null : Y.mergeUpdates([...updates]);
  }

  destroy(): void {
    this.#doc.destroy();
  }

  /** Returns the document that was left. */
  #replace(doc: Y.Doc): Y.Doc {
    const left = this.#doc;
    this.#doc = doc;
    this.#bind();
    this.#events.onChange();
    return left;
  }

  #bind(): void {
    const doc = this.#doc;
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (doc !== this.#doc) return;
      if (origin !== ELSEWHERE) this.#events.onEdit(update);
      this.#events.onChange();
    });
  }

  /** A key that is pressed before the editor is bound anew goes into the document that was left, and is said again in this one. */
  #carryOver(left: Y.Doc): void {
    let before = textOf(left);
    left.on("update", () => {
      const after = textOf(left);
      editTowards(this.#doc, reapply(before, after, textOf(this.#doc)));
      before = after;
    });
    setTimeout(() => left.destroy(), REBOUND_MS);
  }
}
