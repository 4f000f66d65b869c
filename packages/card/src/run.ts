// Text in one style. A line of a note is a list of runs; joined, they are the line.
import { clip } from "./clip.ts";

export type Mark = "strong" | "em" | "strike" | "code";

export interface Run {
  /** Visible text (`visibleText`), never empty; a line feed in a block's runs is a line break. */
  readonly text: string;
  /** In the order of `Mark`, each at most once. */
  readonly marks: readonly Mark[];
  /** An address that passed `safeLink`. */
  readonly link?: string | undefined;
}

export function textOf(runs: readonly Run[]): string {
  return runs.map((run) => run.text).join("");
}

/** Neighbours in the same style become one run; empty runs go. */
export function joinRuns(runs: readonly Run[]): readonly Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (run.text === "") continue;
    if (last !== undefined && isSameStyle(last, run))
      joined[joined.length - 1] = { ...last, text: last.text + run.text };
    else joined.push(run);
  }
  return joined;
}

/** The runs of each line, split at line feeds. */
export function splitLines(runs: readonly Run[]): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]];
  for (const run of runs) {
    for (const [index, text] of run.text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (text !== "") lines.at(-1)?.push({ ...run, text });
    }
  }
  return lines;
}

/** At most `limit` UTF-16 units; the run that crosses the limit is clipped. */
export function clipRuns(runs: readonly Run[], limit: number): readonly Run[] {
  const clipped: Run[] = [];
  let room = limit;
  for (const run of runs) {
    if (room <= 0) break;
    clipped.push(run.text.length > room ? { ...run, text: clip(run.text, room) } : run);
    room -= run.text.length;
  }
  return clipped;
}

function isSameStyle(left: Run, right: Run): boolean {
  return (
    left.link === right.link &&
    left.marks.length === right.marks.length &&
    left.marks.every((mark, index) => mark === right.marks[index])
  );
}
