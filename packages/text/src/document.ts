// A note's text as a Yjs document: how one is opened, brought up to date, read and kept. Bytes for other people are V1, whose
// cost is bounded by their length; V2 is for states that the server itself has made (a few bytes of V2 can name millions of
// structs), so loadDocument is not for bytes from strangers.
import * as Y from "yjs";

/** The name of the one root type that a note has. */
export const TEXT_ROOT = "text";

/** The text of `doc`; half a surrogate pair reads as U+FFFD, so it has as many units as the document counts. */
export function textOf(doc: Y.Doc): string {
  return doc.getText(TEXT_ROOT).toString().toWellFormed();
}

/** A document that collects its garbage, from a snapshot's V2 bytes; null: empty. Throws if they are not an update. */
export function loadDocument(state: Uint8Array | null): Y.Doc {
  const doc = new Y.Doc();
  doc.getText(TEXT_ROOT);
  if (state !== null) Y.applyUpdateV2(doc, state);
  return doc;
}

/** All of `doc` as one V2 update. */
export function encodeDocument(doc: Y.Doc): Uint8Array {
  return Y.encodeStateAsUpdateV2(doc);
}

/** Applies V1 `updates` in one transaction, which costs a tenth of one each. Throws at the first that is not an update. */
export function applyUpdates(doc: Y.Doc, updates: readonly Uint8Array[], origin?: unknown): void {
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update, origin);
  }, origin);
}
