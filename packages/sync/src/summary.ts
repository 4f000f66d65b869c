// What the list of notes says of a note: its title (the first line that is not empty), how the text goes on, and how far its tasks are.

export interface Summary {
  readonly title: string;
  /** One line, without marks. */
  readonly excerpt: string;
  readonly tasksDone: number;
  readonly tasksTotal: number;
}

const TASK = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]/gm;
/** What a line begins with that says how it looks. */
const MARK = /^\s*(?:#{1,6}\s+|(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?|>\s+)/;
const MAX_TITLE_LENGTH = 120;
const MAX_EXCERPT_LENGTH = 150;
/** As many lines as an excerpt may need, though most were blank. */
const MAX_EXCERPT_LINES = 40;

export function summaryOf(text: string): Summary {
  const [first = "", ...rest] = text
    .trimStart()
    .split("\n", MAX_EXCERPT_LINES)
    .map((line) => line.replace(MARK, "").trim());
  const marks = [...text.matchAll(TASK)].map(([, mark]) => mark);
  return {
    title: first.slice(0, MAX_TITLE_LENGTH).toWellFormed(),
    excerpt: rest
      .filter((line) => line !== "")
      .join(" · ")
      .slice(0, MAX_EXCERPT_LENGTH)
      .toWellFormed(),
    tasksDone: marks.filter((mark) => mark !== " ").length,
    tasksTotal: marks.length,
  };
}
