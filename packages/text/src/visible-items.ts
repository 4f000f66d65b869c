import * as Y from "yjs";
import { TEXT_ROOT } from "./document.ts";

/** The items that make up the visible text of `doc`, in its order: each of one client, its length in UTF-16 units. */
export function visibleItems(doc: Y.Doc): readonly Y.Item[] {
  return Y.getTypeChildren(doc.getText(TEXT_ROOT)).filter((item) => item.countable && !item.deleted);
}
