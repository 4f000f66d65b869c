// The one-line summary for `og:description`: the lines after the title, boxes as signs, cut between words.
import { clip } from "./clip.ts";
import { EXCERPT_LENGTH } from "./limits.ts";
import type { Line } from "./line.ts";
import { textOf } from "./run.ts";
import { oneLine } from "./visible.ts";

const SEPARATOR = " · ";

export function excerptOf(lines: readonly Line[]): string {
  const texts = lines.map(lineText).filter((text) => text !== "");
  return clip(texts.join(SEPARATOR), EXCERPT_LENGTH);
}

function lineText(line: Line): string {
  const text = oneLine(textOf(line.runs));
  if (line.type !== "task") return text;
  return `${line.done ? "☑" : "☐"} ${text}`;
}
