// Ticking a task.

import type { ChangeSpec, EditorState, StateCommand } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { parseListLine } from "../list-line.ts";

/** The change that ticks or unticks the task on the line at `position`, or null when there is none. */
function tickChange(state: EditorState, position: number): ChangeSpec | null {
  const line = state.doc.lineAt(position);
  const task = parseListLine(line.text)?.task;
  if (task === undefined || task === null) return null;
  const at = line.from + task.tickAt;
  return { from: at, to: at + 1, insert: task.isDone ? " " : "x" };
}

/** Ticks or unticks the task on the line at `position`; does nothing when there is none or the note can't be edited. */
export function toggleTaskAt(view: EditorView, position: number): void {
  const change = view.state.readOnly ? null : tickChange(view.state, position);
  if (change !== null) view.dispatch({ changes: change, userEvent: "input" });
}

/** Ticks or unticks the tasks on the lines of the carets. */
export const tickTasks: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const changes = new Map<number, ChangeSpec>();
  for (const range of state.selection.ranges) {
    const change = tickChange(state, range.head);
    if (change !== null) changes.set(state.doc.lineAt(range.head).from, change);
  }
  if (changes.size === 0) return false;
  dispatch(state.update({ changes: [...changes.values()], userEvent: "input" }));
  return true;
};
