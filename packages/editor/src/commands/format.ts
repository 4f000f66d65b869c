// The formats a toolbar offers, as data, and which of them hold at the caret.

import type { EditorState, StateCommand } from "@codemirror/state";
import type { KeyBinding } from "@codemirror/view";
import { parseListLine } from "../list-line.ts";
import { toggleHeading, toggleList, toggleTask } from "./blocks.ts";
import { bold, enclosing, italic, strike, toggleInline } from "./inline.ts";
import { insertLink } from "./link.ts";
import { tickTasks } from "./tasks.ts";

export type Format = "task" | "bold" | "italic" | "strike" | "heading" | "list" | "link";

export const formatCommands: Readonly<Record<Format, StateCommand>> = {
  task: toggleTask,
  bold: toggleInline(bold),
  italic: toggleInline(italic),
  strike: toggleInline(strike),
  heading: toggleHeading,
  list: toggleList,
  link: insertLink,
};

export const formatKeys: readonly KeyBinding[] = [
  { key: "Mod-b", run: formatCommands.bold, preventDefault: true },
  { key: "Mod-i", run: formatCommands.italic, preventDefault: true },
  { key: "Mod-Shift-x", run: formatCommands.strike, preventDefault: true },
  { key: "Mod-Shift-8", run: formatCommands.list, preventDefault: true },
  { key: "Mod-Shift-9", run: formatCommands.task, preventDefault: true },
  { key: "Mod-Enter", run: tickTasks },
];

/** The formats of the main selection's start, in the order of `Format`. */
export function formatsAt(state: EditorState): readonly Format[] {
  const { main } = state.selection;
  const text = state.doc.lineAt(main.from).text;
  const item = parseListLine(text);
  const formats: Format[] = [];
  if (item !== null && item.task !== null) formats.push("task");
  if (enclosing(state, main, bold) !== null) formats.push("bold");
  if (enclosing(state, main, italic) !== null) formats.push("italic");
  if (enclosing(state, main, strike) !== null) formats.push("strike");
  if (/^#{1,6} /u.test(text)) formats.push("heading");
  if (item !== null && item.task === null) formats.push("list");
  return formats;
}
