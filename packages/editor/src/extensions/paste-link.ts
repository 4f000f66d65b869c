// Pasting an address over selected words makes the words a link.

import { syntaxTree } from "@codemirror/language";
import type { EditorState, Extension, TransactionSpec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { webAddress } from "../web-address.ts";

const unlinkable = /Code|Link|URL|Image|HorizontalRule/u;
const styled = /^(?:Strong)?Emphasis$|^Strikethrough$/u;

/**
 * The edit that pasting `pasted` over the selection makes, or null when it should be pasted as text: nothing or more than one
 * line is selected, the selection is inside a link or code, or `pasted` is not one address and nothing else.
 */
export function linkPaste(state: EditorState, pasted: string): TransactionSpec | null {
  const { main } = state.selection;
  const address = webAddress(pasted.trim());
  if (main.empty || address === null || state.selection.ranges.length > 1) return null;
  const selected = state.sliceDoc(main.from, main.to);
  if (selected.includes("\n") || webAddress(selected.trim()) !== null) return null;
  if (!isPlain(state, main.from, main.to)) return null;
  const close = `](${address.replaceAll("(", "%28").replaceAll(")", "%29")})`;
  return {
    changes: [
      { from: main.from, insert: "[" },
      { from: main.to, insert: close },
    ],
    selection: { anchor: main.to + 1 + close.length },
    userEvent: "input.paste",
    scrollIntoView: true,
  };
}

export function pasteLink(): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      if (view.state.readOnly) return false;
      const edit = linkPaste(view.state, event.clipboardData?.getData("text/plain") ?? "");
      if (edit === null) return false;
      event.preventDefault();
      view.dispatch(edit);
      return true;
    },
  });
}

/** True when the range lies in words: not in code or a link, and not across the edge of something bold, slanted or struck. */
function isPlain(state: EditorState, from: number, to: number): boolean {
  let isWords = true;
  syntaxTree(state).iterate({
    from,
    to,
    enter(node) {
      const overlaps = node.from < to && node.to > from;
      const crosses = node.from < from !== node.to > to;
      if (overlaps && (unlinkable.test(node.name) || (styled.test(node.name) && crosses))) isWords = false;
    },
  });
  return isWords;
}
