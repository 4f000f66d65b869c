// The card: what the preview of a note says, as a value. Owns the choice of title, lines and excerpt; knows nothing of
// pictures or pages. Called by the worker for link previews and by the share dialog. Design: section 9.
import { blocksOf } from "./blocks.ts";
import { clip, codePointBoundary } from "./clip.ts";
import { type Direction, directionOf } from "./direction.ts";
import { excerptOf } from "./excerpt.ts";
import { CARD_LINES, LINE_LENGTH, META_TITLE_LENGTH, PARSED_LENGTH, TITLE_LENGTH } from "./limits.ts";
import { languageOf } from "./language.ts";
import { type Line, linesOf } from "./line.ts";
import { clipRuns, textOf } from "./run.ts";
import { type TaskProgress, taskProgress } from "./tasks.ts";
import { oneLine } from "./visible.ts";

export interface Card {
  /** First line with something to see, marks stripped, at most 200 UTF-16 units; null for an empty note. */
  readonly title: string | null;
  /** The title as a styled line, where the note begins with a heading or a paragraph. Null where it begins with a list, a quote
   * or code: then the title is the text of `lines[0]`. */
  readonly heading: Line | null;
  /** The first lines below the heading, at most eight, each at most 480 UTF-16 units. */
  readonly lines: readonly Line[];
  /** Whether the note goes on after `lines`. */
  readonly hasMore: boolean;
  /** Over the whole note, not only the lines shown. */
  readonly tasks: TaskProgress;
  /** What follows the title on one line, for descriptions: whole words, at most 150 UTF-16 units; may be empty. */
  readonly excerpt: string;
  /** Of the first line that has one; "ltr" for a note without letters. */
  readonly direction: Direction;
  /** BCP 47, where the letters tell it; else null. */
  readonly language: string | null;
}

/** The card of a note's Markdown. Total, and bounded in time and size, for any string. */
export function cardOf(text: string): Card {
  const { lines: shown, hasMore } = firstLines(text, CARD_LINES + 1);
  const [first, ...others] = shown;
  const heading = first?.type === "heading" || first?.type === "text" ? first : null;
  const lines = (heading === null ? shown : others).slice(0, CARD_LINES);
  return {
    title: first === undefined ? null : titleText(first),
    heading,
    lines,
    hasMore: hasMore || shown.length > lines.length + (heading === null ? 0 : 1),
    tasks: taskProgress(text),
    excerpt: excerptOf(others),
    direction: shown.find((line) => line.direction !== null)?.direction ?? "ltr",
    language: languageOf(shown.map((line) => textOf(line.runs)).join("\n")),
  };
}

/** The title alone, by the rule of `Card.title`. */
export function titleOf(text: string): string | null {
  const [first] = firstLines(text, 1).lines;
  return first === undefined ? null : titleText(first);
}

/** The card of a note whose preview may show its title and nothing else. `title`: from `titleOf`. */
export function titleCard(title: string | null): Card {
  return {
    title,
    heading: titleHeading(title),
    lines: [],
    hasMore: false,
    tasks: { done: 0, total: 0 },
    excerpt: "",
    direction: directionOf(title ?? "") ?? "ltr",
    language: languageOf(title ?? ""),
  };
}

/** A title for `<title>` and `og:title`: at most 60 UTF-16 units. */
export function metaTitle(title: string): string {
  return clip(title, META_TITLE_LENGTH);
}

/** Lines of the beginning that the parser may see, from the first that is not blank. */
function firstLines(text: string, limit: number): { readonly lines: readonly Line[]; readonly hasMore: boolean } {
  const start = text.lastIndexOf("\n", Math.max(0, text.search(/\S/))) + 1;
  const end = codePointBoundary(text, start + PARSED_LENGTH);
  const lines: Line[] = [];
  for (const line of linesOf(blocksOf(text.slice(start, end)))) {
    if (lines.length === limit) return { lines, hasMore: true };
    if (lines.length > 0 || textOf(line.runs).trim() !== "")
      lines.push({ ...line, runs: clipRuns(line.runs, LINE_LENGTH) });
  }
  return { lines, hasMore: end < text.length };
}

function titleHeading(title: string | null): Line | null {
  return title === null
    ? null
    : { type: "text", runs: [{ text: title, marks: [] }], direction: directionOf(title), depth: 0 };
}

function titleText(line: Line): string {
  return clip(oneLine(textOf(line.runs)), TITLE_LENGTH);
}
