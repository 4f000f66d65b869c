// The note as the picture shows it: a flat list of lines, each with its direction and what stands before it.
import { assertNever } from "./assert-never.ts";
import type { Block, List, Table } from "./block.ts";
import { type Direction, directionOf } from "./direction.ts";
import { CELL_LENGTH } from "./limits.ts";
import { clipRuns, joinRuns, type Run, splitLines, textOf } from "./run.ts";

const BETWEEN_CELLS: Run = { text: " · ", marks: [] };

export type Line = HeadingLine | TextLine | QuoteLine | ItemLine | TaskLine | CodeLine | RowLine;

interface LineText {
  /** At least one run with something visible, but for blank lines inside code. */
  readonly runs: readonly Run[];
  /** Of the line's own first letter; null where it has none: the card's direction holds. */
  readonly direction: Direction | null;
  /** Lists around this line: 0 outside of lists and for the items of an outermost list. */
  readonly depth: number;
}

export interface HeadingLine extends LineText {
  readonly type: "heading";
  readonly level: number;
}

export interface TextLine extends LineText {
  readonly type: "text";
}

export interface QuoteLine extends LineText {
  readonly type: "quote";
}

export interface ItemLine extends LineText {
  readonly type: "item";
  /** Of an ordered list; null for a bullet. */
  readonly number: number | null;
}

export interface TaskLine extends LineText {
  readonly type: "task";
  readonly done: boolean;
}

export interface CodeLine extends LineText {
  readonly type: "code";
}

/** A row of a table; `runs` are its cells one after the other. */
export interface RowLine extends LineText {
  readonly type: "row";
  /** One for each column, also where it is empty. */
  readonly cells: readonly (readonly Run[])[];
  readonly isHead: boolean;
}

/** Where a block stands: what its first line becomes, how deep, and whether inside a quote. */
interface Place {
  readonly depth: number;
  readonly isQuoted: boolean;
}

/** The lines with something to see, lazily. Rules have no line; code keeps its inner blank lines. */
export function* linesOf(blocks: Iterable<Block>): Generator<Line> {
  yield* placed(blocks, { depth: 0, isQuoted: false });
}

function* placed(blocks: Iterable<Block>, place: Place): Generator<Line> {
  for (const block of blocks) {
    switch (block.type) {
      case "heading":
        for (const text of textLines(block.runs, place.depth)) yield { ...text, type: "heading", level: block.level };
        break;
      case "paragraph":
        for (const text of textLines(block.runs, place.depth))
          yield { ...text, type: place.isQuoted ? "quote" : "text" };
        break;
      case "quote":
        yield* placed(block.blocks, { ...place, isQuoted: true });
        break;
      case "list":
        yield* listLines(block, place);
        break;
      case "code":
        yield* codeLines(block.text, place.depth);
        break;
      case "table":
        yield* rowLines([block.head], place.depth, true);
        yield* rowLines(block.rows, place.depth, false);
        break;
      case "rule":
        break;
      default:
        assertNever(block);
    }
  }
}

function* listLines(list: List, place: Place): Generator<Line> {
  for (const [index, item] of list.items.entries()) {
    const [first, ...others] = item.blocks;
    let rest: readonly Block[] = item.blocks;
    if (first?.type === "paragraph" || first?.type === "heading") {
      rest = others;
      const [head, ...more] = textLines(first.runs, place.depth);
      if (head !== undefined) {
        if (item.done !== null) yield { ...head, type: "task", done: item.done };
        else yield { ...head, type: "item", number: list.start === null ? null : list.start + index };
      }
      for (const text of more) yield { ...text, depth: place.depth + 1, type: "text" };
    }
    yield* placed(rest, { ...place, depth: place.depth + 1 });
  }
}

function* rowLines(rows: Table["rows"], depth: number, isHead: boolean): Generator<Line> {
  for (const row of rows) {
    const cells = row.map((cell) => clipRuns(trimmed(cell), CELL_LENGTH));
    const filled = cells.filter((cell) => cell.length > 0);
    if (filled.length === 0) continue;
    const runs = joinRuns(filled.flatMap((cell, index) => (index === 0 ? cell : [BETWEEN_CELLS, ...cell])));
    yield { type: "row", runs, cells, isHead, direction: directionOf(textOf(runs)), depth };
  }
}

function textLines(runs: readonly Run[], depth: number): readonly LineText[] {
  return splitLines(runs)
    .map((line) => ({ runs: trimmed(line), direction: directionOf(textOf(line)), depth }))
    .filter((line) => line.runs.length > 0);
}

function* codeLines(text: string, depth: number): Generator<Line> {
  for (const line of text
    .trimEnd()
    .replace(/^\s*\n/, "")
    .split("\n")) {
    yield { type: "code", runs: line === "" ? [] : [{ text: line, marks: ["code"] }], direction: "ltr", depth };
  }
}

/** Without white space at the ends and with single spaces between words. */
function trimmed(runs: readonly Run[]): readonly Run[] {
  const spaced = runs.map((run) => ({ ...run, text: run.text.replace(/\s+/gu, " ") }));
  const joined = joinRuns(spaced);
  return joinRuns(
    joined.map((run, index) => {
      const start = index === 0 ? run.text.trimStart() : run.text;
      return { ...run, text: index === joined.length - 1 ? start.trimEnd() : start };
    }),
  );
}
