// A caret stands among the words of an item, never before its bullet or box: text typed there would break the item. Home, a click
// on the margin and arrows up and down lead to the first word; going left from it leads to the line above.

import { syntaxTree } from "@codemirror/language";
import { EditorSelection, EditorState, type Extension, type Line } from "@codemirror/state";
import { isOrdered, parseListLine } from "../list-line.ts";

export function caretInItems(): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    if (transaction.docChanged || transaction.selection === undefined || transaction.selection.ranges.length > 1)
      return transaction;
    const state = transaction.startState;
    const { main } = transaction.selection;
    if (!main.empty) return transaction;
    const line = state.doc.lineAt(main.head);
    const start = firstWord(state, line);
    if (start === null || main.head >= start) return transaction;
    const isGoingLeft = line.number > 1 && state.selection.main.empty && state.selection.main.head === start;
    return [transaction, { selection: EditorSelection.cursor(isGoingLeft ? line.from - 1 : start), sequential: true }];
  });
}

/** Where the words of a drawn bullet or task begin, or null. Numbers may be edited, and code is no list. */
function firstWord(state: EditorState, line: Line): number | null {
  const item = parseListLine(line.text);
  if (item === null || (isOrdered(item) && item.task === null)) return null;
  for (
    let node: ReturnType<typeof syntaxTree>["topNode"] | null = syntaxTree(state).resolveInner(
      line.from + item.indent,
      1,
    );
    node !== null;
    node = node.parent
  ) {
    if (node.name === "ListItem") return line.from + item.contentStart;
  }
  return null;
}
