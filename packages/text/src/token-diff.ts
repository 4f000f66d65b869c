// The shortest way from one list of tokens to another (Myers, by the `diff` package), in bounded time. What a search costs is known
// beforehand from its tokens and the edits that it may find, and it may take a part of the budget that all searches of one
// comparison share. Lists that lie too far apart for that are split where they surely meet.
import { diffArrays } from "diff";
import { anchorsOf } from "./anchors.ts";
import type { Piece } from "./piece.ts";

/** What is left of the work that one comparison may do, in comparisons of two tokens (about five nanoseconds each). */
export interface Budget {
  steps: number;
}

/** Above this many tokens come and gone two lists have little in common, and a search would take much memory. */
const MAX_EDITS = 1024;
/** One search takes no more than this of what is left, so that a failed one leaves enough for its parts. */
const SHARE = 1 / 4;
/** A search opens at most half the square of its edits in paths, each as dear as forty comparisons. */
const PATH_STEPS = 20;

/** The most that a search costs: on each of its paths it passes each token at most once. */
function stepsOf(tokens: number, edits: number): number {
  return edits * tokens + PATH_STEPS * edits ** 2;
}

/** The most edits that `steps` allow: stepsOf turned round. */
function editsWithin(steps: number, tokens: number): number {
  return Math.floor((Math.sqrt(tokens ** 2 + 4 * PATH_STEPS * Math.max(steps, 0)) - tokens) / (2 * PATH_STEPS));
}

/** `before` to `after` in pieces, not tidy. Takes from `budget` what it cost; without enough left, much may be replaced as one. */
export function diffTokens(before: readonly string[], after: readonly string[], budget: Budget): readonly Piece[] {
  const found = search(before, after, budget);
  if (found !== null) return found;
  const pieces: Piece[] = [];
  let beforeAt = 0;
  let afterAt = 0;
  for (const [beforePlace, afterPlace] of [...anchorsOf(before, after), [before.length, after.length] as const]) {
    const gone = before.slice(beforeAt, beforePlace);
    const come = after.slice(afterAt, afterPlace);
    pieces.push(...(search(gone, come, budget) ?? [piece("removed", gone), piece("added", come)]));
    pieces.push(piece("same", before.slice(beforePlace, beforePlace + 1)));
    beforeAt = beforePlace + 1;
    afterAt = afterPlace + 1;
  }
  return pieces;
}

/** Null if the two lie further apart than the budget allows to look. */
function search(before: readonly string[], after: readonly string[], budget: Budget): readonly Piece[] | null {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const middle = searchMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end), budget);
  if (middle === null) return null;
  return [piece("same", before.slice(0, start)), ...middle, piece("same", before.slice(before.length - end))];
}

function searchMiddle(before: readonly string[], after: readonly string[], budget: Budget): readonly Piece[] | null {
  if (before.length === 0) return [piece("added", after)];
  if (after.length === 0) return [piece("removed", before)];
  const tokens = before.length + after.length;
  const maxEdits = Math.min(MAX_EDITS, editsWithin(budget.steps * SHARE, tokens));
  if (Math.abs(before.length - after.length) > maxEdits) return null;
  const numbers = new Map<string, number>();
  const numberOf = (token: string): number => {
    const number = numbers.get(token) ?? numbers.size;
    numbers.set(token, number);
    return number;
  };
  const changes = diffArrays(before.map(numberOf), after.map(numberOf), { maxEditLength: maxEdits });
  const edits = changes?.reduce((sum, change) => sum + (change.added || change.removed ? change.count : 0), 0);
  budget.steps -= stepsOf(tokens, edits ?? maxEdits);
  let beforeAt = 0;
  let afterAt = 0;
  const pieces = changes?.map(({ added, removed, count }) => {
    const beforeFrom = beforeAt;
    const afterFrom = afterAt;
    if (!added) beforeAt += count;
    if (!removed) afterAt += count;
    if (added) return piece("added", after.slice(afterFrom, afterAt));
    return piece(removed ? "removed" : "same", before.slice(beforeFrom, beforeAt));
  });
  return pieces ?? null;
}

function piece(type: Piece["type"], tokens: readonly string[]): Piece {
  return { type, text: tokens.join("") };
}

function commonStart(before: readonly string[], after: readonly string[]): number {
  const shorter = Math.min(before.length, after.length);
  let length = 0;
  while (length < shorter && before[length] === after[length]) length += 1;
  return length;
}

function commonEnd(before: readonly string[], after: readonly string[], start: number): number {
  const shorter = Math.min(before.length, after.length) - start;
  let length = 0;
  while (length < shorter && before.at(-1 - length) === after.at(-1 - length)) length += 1;
  return length;
}
