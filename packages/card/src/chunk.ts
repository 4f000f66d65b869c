// Cuts a text into pieces that the Markdown parser takes in bounded time each. Cuts fall between blocks where the text lets
// them; a piece that would cost the parser too much is handed on as plain text. The pieces are lazy: a card needs only the first.
import { codePointBoundary } from "./clip.ts";
import {
  CHUNK_BARS,
  CHUNK_DELIMITERS,
  CHUNK_LENGTH,
  CHUNK_LINES,
  CHUNK_UNDERLINES,
  LINE_CONTAINERS,
  PARSED_LENGTH,
} from "./limits.ts";

export type Chunk =
  | { readonly type: "markdown"; readonly text: string }
  | { readonly type: "code"; readonly language: string; readonly text: string }
  | { readonly type: "plain"; readonly text: string };

/** Each part ends where the next begins, so a line is read once; an info string after tildes may hold anything. */
const FENCE = /^(?:(`{3,})(?!`)([^`]*)|(~{3,})(?!~)(.*))$/;
const DELIMITERS = /[*_~[\]`<&!\\]/g;
const BARS = /\|/g;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const CONTAINERS = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/;

/** The pieces in order; joined with line feeds they are the text, but for the fences of code. */
export function* chunks(text: string): Generator<Chunk> {
  const parsed = parsedPrefix(text);
  yield* markdownChunks(parsed.replace(/\r\n?/g, "\n").split("\n"));
  if (parsed.length < text.length) yield { type: "plain", text: text.slice(parsed.length) };
}

function parsedPrefix(text: string): string {
  if (text.length <= PARSED_LENGTH) return text;
  const line = text.lastIndexOf("\n", PARSED_LENGTH);
  return text.slice(0, line > 0 ? line : codePointBoundary(text, PARSED_LENGTH));
}

function* markdownChunks(lines: readonly string[]): Generator<Chunk> {
  let kept: string[] = [];
  let length = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const fence = FENCE.exec(line);
    if (kept.length > 0 && (fence !== null || isCut(kept, length, line))) {
      yield checked(kept);
      kept = [];
      length = 0;
    }
    if (fence === null) {
      kept.push(line);
      length += line.length + 1;
      continue;
    }
    const close = closingFence(lines, index + 1, fence[1] ?? fence[3] ?? "");
    const [language = ""] = (fence[2] ?? fence[4] ?? "").trim().split(/\s/, 1);
    yield { type: "code", language, text: lines.slice(index + 1, close).join("\n") };
    index = close;
  }
  if (kept.length > 0) yield checked(kept);
}

/** Whether `line` starts a new piece: after a blank line as soon as there is some text, at any line that is not indented when
 * there is much, anywhere when there is too much. */
function isCut(kept: readonly string[], length: number, line: string): boolean {
  const isFlush = line !== "" && !/^[ \t]/.test(line);
  if (isFlush && kept.at(-1)?.trim() === "") return length > CHUNK_LENGTH / 8;
  if (kept.length >= 2 * CHUNK_LINES || length > 2 * CHUNK_LENGTH) return true;
  return isFlush && (kept.length >= CHUNK_LINES || length + line.length > CHUNK_LENGTH);
}

function checked(lines: readonly string[]): Chunk {
  const text = lines.join("\n");
  const delimiters = text.match(DELIMITERS)?.length ?? 0;
  const underlines = lines.filter((line) => UNDERLINE.test(line)).length;
  const bars = text.match(BARS)?.length ?? 0;
  const isCostly =
    delimiters > CHUNK_DELIMITERS ||
    bars > CHUNK_BARS ||
    underlines > CHUNK_UNDERLINES ||
    lines.some(hasManyContainers);
  return { type: isCostly ? "plain" : "markdown", text };
}

function hasManyContainers(line: string): boolean {
  const marks = CONTAINERS.exec(line)?.[0] ?? "";
  return marks.length > LINE_CONTAINERS && (marks.match(/[>\-+*]|\d+/g)?.length ?? 0) > LINE_CONTAINERS;
}

/** Index of the line that closes the fence, or the number of lines: an open fence runs to the end, as in CommonMark. */
function closingFence(lines: readonly string[], from: number, fence: string): number {
  for (let index = from; index < lines.length; index += 1) {
    const line = (lines[index] ?? "").trim();
    if (line.length >= fence.length && line.startsWith(fence) && line === fence.charAt(0).repeat(line.length))
      return index;
  }
  return lines.length;
}
