// The Yjs document of a device, with the undo manager of its editor: what the person at it does. Its clientID is new each time.
import { applyUpdates, editTowards, encodeDocument, loadDocument, reapply, stateHash, textOf } from "@reed/text";
import * as Y from "yjs";
import { sha256 } from "./keys.ts";
import { TEXT_NAME } from "./log-oracle.ts";
import type { Random } from "./prng.ts";

/** Origin of changes that come from the log. */
const ELSEWHERE = Symbol("elsewhere");
const TYPING = "typing";

export class DeviceDocument {
  readonly #random: Random;
  readonly #doc: Y.Doc;
  readonly #undo: Y.UndoManager;

  /** `base` is V2. `onEdit` is told of what the person does, not of what comes from elsewhere. */
  constructor(
    random: Random,
    base: Uint8Array | null,
    updates: readonly Uint8Array[],
    onEdit: (update: Uint8Array) => void,
  ) {
    this.#random = random;
    this.#doc = loadDocument(base);
    this.#doc.clientID = random.below(2 ** 32);
    applyUpdates(this.#doc, updates, ELSEWHERE);
    this.#undo = new Y.UndoManager(this.#doc.getText(TEXT_NAME), {
      captureTimeout: 0,
      trackedOrigins: new Set([TYPING]),
    });
    this.#doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== ELSEWHERE) onEdit(update);
    });
  }

  get client(): number {
    return this.#doc.clientID;
  }

  /** The clock after this client's newest edit. */
  get clock(): number {
    return Y.getState(this.#doc.store, this.#doc.clientID);
  }

  get text(): string {
    return this.#doc.getText(TEXT_NAME).toString();
  }

  hash(): Uint8Array {
    return stateHash(this.#doc, sha256);
  }

  encode(): Uint8Array {
    return encodeDocument(this.#doc);
  }

  apply(updates: readonly Uint8Array[]): void {
    applyUpdates(this.#doc, updates, ELSEWHERE);
  }

  /** Merges a whole document, V2. */
  load(document: Uint8Array): void {
    Y.applyUpdateV2(this.#doc, document, ELSEWHERE);
  }

  type(text: string): void {
    const shared = this.#doc.getText(TEXT_NAME);
    this.#doc.transact(() => shared.insert(this.#position(shared.length), text), TYPING);
  }

  erase(): void {
    const shared = this.#doc.getText(TEXT_NAME);
    const from = this.#position(shared.length);
    const to = this.#position(Math.min(shared.length, from + 12), from);
    if (to > from) this.#doc.transact(() => shared.delete(from, to - from), TYPING);
  }

  /** Deletes something behind the back of whoever listens; false where there is nothing. */
  spoil(): boolean {
    const copy = loadDocument(this.encode());
    const shared = copy.getText(TEXT_NAME);
    const at = this.#position(shared.length - 1);
    const before = Y.encodeStateVector(copy);
    if (shared.length === 0 || at >= shared.length) return false;
    shared.delete(at, 1);
    this.apply([Y.encodeStateAsUpdate(copy, before)]);
    copy.destroy();
    return true;
  }

  /** What this text adds to `document` (V2), given the text from which both come; and the text that results. */
  rebase(document: Uint8Array, before: string): { readonly update: Uint8Array | null; readonly rebased: string } {
    const next = loadDocument(document);
    const updates = editTowards(next, reapply(before, this.text, textOf(next)));
    const rebased = textOf(next);
    next.destroy();
    return { update: updates.length === 0 ? null : Y.mergeUpdates([...updates]), rebased };
  }

  /** Undoes or redoes; whether there was something to. */
  undo(): boolean {
    return (this.#random.chance(0.7) ? this.#undo.undo() : this.#undo.redo()) !== null;
  }

  destroy(): void {
    this.#undo.destroy();
    this.#doc.destroy();
  }

  /** A place in the text, not between the halves of one character. */
  #position(upTo: number, from = 0): number {
    const { text } = this;
    const position = from + this.#random.below(Math.max(0, upTo - from) + 1);
    const isInside = /[\uD800-\uDBFF]/.test(text[position - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[position] ?? "");
    return isInside ? position - 1 : position;
  }
}
