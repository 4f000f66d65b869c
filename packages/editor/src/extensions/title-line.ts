// The title of a note is its first line with words on it. It is drawn large unless it begins a list, a quote or code: a note
// may start with a task, and a task is not a headline.

import type { Line, Text } from "@codemirror/state";

const searchedLines = 100;

/** The line to draw as the title, or null. An empty note's first line is one: the title is what gets written first. */
export function titleLine(doc: Text): Line | null {
  if (doc.length === 0) return doc.line(1);
  for (let number = 1; number <= Math.min(doc.lines, searchedLines); number += 1) {
    const line = doc.line(number);
    if (line.text.trim() !== "") return /^\s*(?:[-*+]\s|\d{1,9}[.)]\s|>|```|~~~|\|)/u.test(line.text) ? null : line;
  }
  return null;
}
