// The difference of two texts as edits: as little as will do, for what is not touched stays its author's.
import { compareTexts } from "./compare.ts";

/** At the place `at` of the text before, `removed` goes and `added` comes. Places and lengths are UTF-16 units. */
export interface Edit {
  readonly at: number;
  readonly removed: string;
  readonly added: string;
}

/** What makes `after` of `before`, from its beginning to its end: the words that changed, and of a word only its middle. */
export function editsBetween(before: string, after: string): readonly Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  for (const change of compareTexts(before, after)) {
    if (change.type === "same") {
      at += change.text.length;
      continue;
    }
    const { removed, added } = change;
    const start = commonStart(removed, added);
    const end = commonEnd(removed, added, start);
    edits.push({
      at: at + start,
      removed: removed.slice(start, removed.length - end),
      added: added.slice(start, added.length - end),
    });
    at += removed.length;
  }
  return edits;
}

/** Whether `text`, cut at `at`, would be cut inside a surrogate pair. */
export function isInsidePair(text: string, at: number): boolean {
  return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

function commonStart(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  let length = 0;
  while (length < shorter && left.charCodeAt(length) === right.charCodeAt(length)) length += 1;
  return isInsidePair(left, length) || isInsidePair(right, length) ? length - 1 : length;
}

function commonEnd(left: string, right: string, start: number): number {
  const shorter = Math.min(left.length, right.length) - start;
  let length = 0;
  while (length < shorter && left.charCodeAt(left.length - 1 - length) === right.charCodeAt(right.length - 1 - length))
    length += 1;
  return isInsidePair(left, left.length - length) || isInsidePair(right, right.length - length) ? length - 1 : length;
}
