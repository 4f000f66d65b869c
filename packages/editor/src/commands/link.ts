// Making a link of the selected words: the caret goes where the address belongs.

import { EditorSelection, type StateCommand } from "@codemirror/state";
import { webAddress } from "../web-address.ts";

export const insertLink: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const edit = state.changeByRange((range) => {
    const words = range.empty ? (state.wordAt(range.head) ?? range) : range;
    const text = state.sliceDoc(words.from, words.to);
    const isAddress = webAddress(text) !== null;
    const insert = isAddress ? `[](${text})` : `[${text}]()`;
    const caret = isAddress || text === "" ? 1 : insert.length - 1;
    return { range: EditorSelection.cursor(words.from + caret), changes: { from: words.from, to: words.to, insert } };
  });
  dispatch(state.update(edit, { userEvent: "input", scrollIntoView: true }));
  return true;
};
