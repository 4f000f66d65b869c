// Progress of a note's tasks, counted over the whole text without parsing it: one pass, line by line.

export interface TaskProgress {
  readonly done: number;
  readonly total: number;
}

const TASK = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]+\S/;
const FENCE = /^[ \t>]*(`{3,}|~{3,})/;
/** Where a task's mark must end. Keeps the cost of a line that is 1 MB long at nothing. */
const PREFIX_LENGTH = 160;

/** Tasks outside fenced code, at any indentation. */
export function taskProgress(text: string): TaskProgress {
  let done = 0;
  let total = 0;
  let fence: string | null = null;
  for (const line of linePrefixes(text)) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined && fence === null) fence = mark;
    else if (mark !== undefined && fence !== null && mark.startsWith(fence)) fence = null;
    if (fence !== null) continue;
    const box = TASK.exec(line)?.[1];
    if (box === undefined) continue;
    total += 1;
    if (box !== " ") done += 1;
  }
  return { done, total };
}

function* linePrefixes(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    yield text.slice(start, Math.min(stop, start + PREFIX_LENGTH));
    start = stop + 1;
  }
}
