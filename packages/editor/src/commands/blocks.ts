// What a line is: a task, a list item, a heading or plain words. Each command turns all selected lines into its kind, or back into
// plain lines when they are that already.

import type { ChangeSpec, EditorState, Line, StateCommand } from "@codemirror/state";
import { parseListLine } from "../list-line.ts";

export const toggleTask: StateCommand = lineCommand({
  has: (text) => (parseListLine(text)?.task ?? null) !== null,
  give: (text) => {
    const item = parseListLine(text);
    return item === null ? prefix(text, "- [ ] ") : { from: item.markerEnd, to: item.markerEnd, insert: "[ ] " };
  },
  take: plain,
});

export const toggleList: StateCommand = lineCommand({
  has: (text) => parseListLine(text)?.task === null,
  give: (text) => {
    const item = parseListLine(text);
    return item === null ? prefix(text, "- ") : { from: item.indent, to: item.contentStart, insert: "- " };
  },
  take: plain,
});

export const toggleHeading: StateCommand = lineCommand({
  has: (text) => /^#{1,6} /u.test(text),
  give: (text) => ({ from: 0, to: parseListLine(text)?.contentStart ?? 0, insert: "## " }),
  take: (text) => ({ from: 0, to: /^#{1,6} +/u.exec(text)?.[0].length ?? 0, insert: "" }),
});

/** Offsets count from the start of the line. */
interface LineEdit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

interface LineKind {
  has(text: string): boolean;
  give(text: string): LineEdit;
  take(text: string): LineEdit;
}

function lineCommand(kind: LineKind): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const lines = selectedLines(state);
    const isTaking = lines.every((line) => kind.has(line.text));
    const changes = state.changes(
      lines
        .filter((line) => isTaking || !kind.has(line.text))
        .map((line): ChangeSpec => {
          const edit = isTaking ? kind.take(line.text) : kind.give(line.text);
          return { from: line.from + edit.from, to: line.from + edit.to, insert: edit.insert };
        }),
    );
    // To the right: a caret at the start of a line goes on in front of its words.
    dispatch(
      state.update({ changes, selection: state.selection.map(changes, 1), userEvent: "input", scrollIntoView: true }),
    );
    return true;
  };
}

/** The lines of the selection; blank ones only when there are no others. */
function selectedLines(state: EditorState): readonly Line[] {
  const lines = new Map<number, Line>();
  for (const { from, to } of state.selection.ranges) {
    for (let at = from; at <= to;) {
      const line = state.doc.lineAt(at);
      lines.set(line.number, line);
      at = line.to + 1;
    }
  }
  const all = [...lines.values()];
  const written = all.filter((line) => line.text.trim() !== "");
  return written.length === 0 ? all : written;
}

/** A heading becomes an item without its mark. */
function prefix(text: string, insert: string): LineEdit {
  const lead = /^[ \t]*(?:#{1,6} +)?/u.exec(text)?.[0].length ?? 0;
  return { from: 0, to: lead, insert };
}

function plain(text: string): LineEdit {
  return { from: 0, to: parseListLine(text)?.contentStart ?? 0, insert: "" };
}
