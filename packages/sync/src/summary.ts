// What the list of notes says of a note: its title (the first line that is not empty) and how far its tasks are.

export interface Summary {
  readonly title: string;
  readonly tasksDone: number;
  readonly tasksTotal: number;
}

const TASK = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]/gm;
const MAX_TITLE_LENGTH = 120;

export function summaryOf(text: string): Summary {
  const line = text.match(/^.*\S.*$/m)?.[0] ?? "";
  const title = line
    .replace(/^\s{0,3}(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|>\s+)/, "")
    .trim()
    .slice(0, MAX_TITLE_LENGTH);
  const marks = [...text.matchAll(TASK)].map(([, mark]) => mark);
  return {
    title: title.toWellFormed(),
    tasksDone: marks.filter((mark) => mark !== " ").length,
    tasksTotal: marks.length,
  };
}
