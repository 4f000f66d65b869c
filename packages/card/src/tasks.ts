// The tasks of a note, found over the whole text without parsing it: one pass, line by line.
import { clip } from "./clip.ts";
import { oneLine } from "./visible.ts";

export interface TaskProgress {
  readonly done: number;
  readonly total: number;
}

export interface OpenTask {
  /** Where in the text the space between its brackets stands, in UTF-16 units. */
  readonly at: number;
  /** What is to be done, as it was typed, on one line; at most 80 UTF-16 units. */
  readonly words: string;
}

const WORDS_LENGTH = 80;
/** Of a line, which may be 1 MB of spaces. */
const READ_LENGTH = 400;
const TASK = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]+\S/;
const FENCE = /^[ \t>]*(`{3,}|~{3,})/;
/** Where a task's mark must end. Keeps the cost of a line that is 1 MB long at nothing. */
const PREFIX_LENGTH = 160;

/** Tasks outside fenced code, at any indentation. */
export function taskProgress(text: string): TaskProgress {
  let done = 0;
  let total = 0;
  for (const { box } of tasksOf(text)) {
    total += 1;
    if (box !== " ") done += 1;
  }
  return { done, total };
}

/** The first of them whose box is not ticked; null where there is none. */
export function nextTask(text: string): OpenTask | null {
  for (const { box, at } of tasksOf(text)) {
    if (box !== " ") continue;
    const end = text.indexOf("\n", at);
    const stop = end === -1 ? text.length : end;
    const words = text.slice(at + BOX_END, Math.min(stop, at + READ_LENGTH));
    return { at, words: clip(oneLine(words), WORDS_LENGTH) };
  }
  return null;
}

/** From the space between the brackets to what follows them. */
const BOX_END = 2;

interface FoundTask {
  /** What is between its brackets. */
  readonly box: string;
  readonly at: number;
}

function* tasksOf(text: string): Generator<FoundTask> {
  let fence: string | null = null;
  for (const { start, prefix } of linePrefixes(text)) {
    const mark = FENCE.exec(prefix)?.[1];
    if (mark !== undefined && fence === null) fence = mark;
    else if (mark !== undefined && fence !== null && mark.startsWith(fence)) fence = null;
    if (fence !== null) continue;
    const box = TASK.exec(prefix)?.[1];
    if (box !== undefined) yield { box, at: start + prefix.indexOf("[") + 1 };
  }
}

function* linePrefixes(text: string): Generator<{ readonly start: number; readonly prefix: string }> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    yield { start, prefix: text.slice(start, Math.min(stop, start + PREFIX_LENGTH)) };
    start = stop + 1;
  }
}
