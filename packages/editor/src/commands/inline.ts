// Bold, italic and the like: put marks around the selected words, or take them away.

import { syntaxTree } from "@codemirror/language";
import {
  type ChangeSpec,
  EditorSelection,
  type EditorState,
  type SelectionRange,
  type StateCommand,
} from "@codemirror/state";
import { parseListLine } from "../list-line.ts";

export interface InlineStyle {
  readonly mark: string;
  /** The syntax node it makes, and the node of its marks. */
  readonly node: string;
  readonly markNode: string;
}

export const bold: InlineStyle = { mark: "**", node: "StrongEmphasis", markNode: "EmphasisMark" };
export const italic: InlineStyle = { mark: "*", node: "Emphasis", markNode: "EmphasisMark" };
export const strike: InlineStyle = { mark: "~~", node: "Strikethrough", markNode: "StrikethroughMark" };

/**
 * A command that styles the selection, line by line. Inside words that have the style it takes the style away; with nothing
 * selected it takes the word at the caret, and without a word it writes the marks and puts the caret between them.
 */
export function toggleInline(style: InlineStyle): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const edit = state.changeByRange((range) => {
      const styled = enclosing(state, range, style);
      if (styled !== null) return unwrap(state, range, styled, style);
      const words = range.empty ? state.wordAt(range.head) : range;
      return words === null ? insertPair(range, style.mark) : wrap(state, range, words, style.mark);
    });
    dispatch(state.update(edit, { userEvent: "input", scrollIntoView: true }));
    return true;
  };
}

/** The node of this style around the range, or null. */
export function enclosing(state: EditorState, range: SelectionRange, style: InlineStyle) {
  for (const side of [-1, 1] as const) {
    let node: ReturnType<ReturnType<typeof syntaxTree>["resolveInner"]> | null = syntaxTree(state).resolveInner(
      range.from,
      side,
    );
    for (; node !== null; node = node.parent)
      if (node.name === style.node && node.from <= range.from && node.to >= range.to) return node;
  }
  return null;
}

interface RangeEdit {
  readonly range: SelectionRange;
  readonly changes: ChangeSpec;
}

function unwrap(
  state: EditorState,
  range: SelectionRange,
  styled: NonNullable<ReturnType<typeof enclosing>>,
  style: InlineStyle,
): RangeEdit {
  const changes = state.changes(styled.getChildren(style.markNode).map(({ from, to }) => ({ from, to })));
  return { range: range.map(changes), changes };
}

function insertPair(range: SelectionRange, mark: string): RangeEdit {
  return {
    range: EditorSelection.cursor(range.from + mark.length),
    changes: { from: range.from, to: range.to, insert: mark + mark },
  };
}

function wrap(
  state: EditorState,
  range: SelectionRange,
  words: { readonly from: number; readonly to: number },
  mark: string,
): RangeEdit {
  const specs: ChangeSpec[] = [];
  for (let at = words.from; at <= words.to;) {
    const line = state.doc.lineAt(at);
    const start = Math.max(
      words.from,
      line.from + (parseListLine(line.text)?.contentStart ?? /^\s*(?:#{1,6} )?/u.exec(line.text)?.[0].length ?? 0),
    );
    const text = state.sliceDoc(start, Math.min(words.to, line.to));
    // Marks must touch the words: "** a **" is not bold.
    const from = start + text.length - text.trimStart().length;
    const to = start + text.trimEnd().length;
    if (from < to) specs.push({ from, insert: mark }, { from: to, insert: mark });
    at = line.to + 1;
  }
  const changes = state.changes(specs);
  if (range.empty) return { range: EditorSelection.cursor(changes.mapPos(range.head, 1)), changes };
  const [anchorSide, headSide] = range.anchor <= range.head ? [1, -1] : [-1, 1];
  return {
    range: EditorSelection.range(changes.mapPos(range.anchor, anchorSide), changes.mapPos(range.head, headSide)),
    changes,
  };
}
