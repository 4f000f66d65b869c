// A text that comes in whole, as edits of a note's document. The document itself is only read: the edits are made on a copy, under
// a client that nobody knows yet, and reach the document through the log like everybody's.
import type { Ledger } from "@reed/log";
import { editTowards, loadDocument } from "@reed/text";
import * as Y from "yjs";

/** Updates that bring the text of `doc` to `text`, normalised; none where it is that already. `ledger`: of the same note, now. */
export function updatesTowards(doc: Y.Doc, text: string, ledger: Ledger | null): readonly Uint8Array[] {
  const copy = loadDocument(Y.encodeStateAsUpdateV2(doc));
  while (ledger?.claims.has(copy.clientID) === true) copy.clientID = new Y.Doc().clientID;
  const updates = editTowards(copy, text);
  copy.destroy();
  return updates;
}
