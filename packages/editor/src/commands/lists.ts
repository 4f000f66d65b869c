// Keys inside lists: Enter goes on with the list and ends it on an empty item, Backspace before the words takes the bullet or box
// away, Tab and Shift-Tab nest. Outside lists Tab is left alone, so the keyboard can leave the editor; inside, Esc then Tab does.

import { deleteMarkupBackward, insertNewlineContinueMarkupCommand } from "@codemirror/lang-markdown";
import { EditorSelection, type EditorState, type StateCommand } from "@codemirror/state";
import type { KeyBinding } from "@codemirror/view";
import { parseListLine } from "../list-line.ts";

/** Enter: goes on with the list, numbering it; on an empty item it ends the list. */
export const continueList = insertNewlineContinueMarkupCommand({ nonTightLists: false });

/** Backspace between a bullet or box and its words: out one level if it is nested, else the line becomes plain. */
export const removeMarker: StateCommand = (target) => {
  const { state, dispatch } = target;
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  const item = parseListLine(line.text);
  if (
    state.readOnly ||
    !main.empty ||
    item === null ||
    main.head > line.from + item.contentStart ||
    main.head < line.from + (item.task === null ? item.contentStart : 0)
  )
    return false;
  if (item.indent > 0 && outdentItem(target)) return true;
  dispatch(
    state.update({
      changes: { from: line.from, to: line.from + item.contentStart },
      userEvent: "delete.backward",
      scrollIntoView: true,
    }),
  );
  return true;
};

/** Nests the item under the one above it. False outside lists; true with no change where there is nothing to nest under. */
export const indentItem: StateCommand = ({ state, dispatch }) => {
  const line = state.doc.lineAt(state.selection.main.head);
  const item = parseListLine(line.text);
  if (state.readOnly || item === null) return false;
  const above = line.number > 1 ? parseListLine(state.doc.line(line.number - 1).text) : null;
  if (above === null || above.indent < item.indent) return true;
  dispatch(
    state.update({
      changes: { from: line.from, insert: " ".repeat(childIndent(state, line.number, item.indent) - item.indent) },
      userEvent: "input.indent",
    }),
  );
  return true;
};

/** Moves a nested item out to the level of its parent. False outside lists. */
export const outdentItem: StateCommand = ({ state, dispatch }) => {
  const line = state.doc.lineAt(state.selection.main.head);
  const item = parseListLine(line.text);
  if (state.readOnly || item === null) return false;
  if (item.indent === 0) return true;
  let target = 0;
  for (let number = line.number - 1; number >= 1; number -= 1) {
    const above = parseListLine(state.doc.line(number).text);
    if (above === null) break;
    if (above.indent < item.indent) {
      target = above.indent;
      break;
    }
  }
  const changes = state.changes({ from: line.from + target, to: line.from + item.indent });
  dispatch(
    state.update({
      changes,
      selection: EditorSelection.cursor(changes.mapPos(state.selection.main.head)),
      userEvent: "delete.dedent",
    }),
  );
  return true;
};

export const listKeys: readonly KeyBinding[] = [
  { key: "Enter", run: continueList },
  { key: "Backspace", run: removeMarker },
  { key: "Backspace", run: deleteMarkupBackward },
  { key: "Tab", run: indentItem, shift: outdentItem },
];

/** Where the words of the nearest item above at this level begin: a child has to start there at least. */
function childIndent(state: EditorState, number: number, indent: number): number {
  for (let above = number - 1; above >= 1; above -= 1) {
    const item = parseListLine(state.doc.line(above).text);
    if (item === null) break;
    if (item.indent <= indent) return item.markerEnd;
  }
  return indent + 2;
}
