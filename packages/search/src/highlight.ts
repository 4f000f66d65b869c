// Where in a text a search found what it was for, with a little around it, as it stands there.
import { editDistance, editsAllowed } from "./distance.ts";
import type { QueryTerm } from "./query.ts";
import { type Term, termsOf } from "./terms.ts";

export interface Excerpt {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** Around a match, in UTF-16 units. */
const BEFORE = 40;
const AFTER = 80;
const SPACE = /\s+/g;

/** Whether a term of a text is one that the query means; 0 is the very word, more is further off, null is none. */
export function matchOf(term: string, wanted: QueryTerm): number | null {
  if (term === wanted.text) return 0;
  if (wanted.isPrefix && term.startsWith(wanted.text)) return 0.2;
  if (wanted.kind !== "word") return null;
  if (wanted.text.length >= 3 && term.length > wanted.text.length && term.includes(wanted.text)) return 0.5;
  const most = editsAllowed(wanted.text.length);
  if (most === 0 || Math.abs(term.length - wanted.text.length) > most) return null;
  const distance = editDistance(term, wanted.text, most);
  return distance > most || term.length <= most + 3 ? null : distance;
}

/** The first place of `text` that has one of `terms` or begins with it, in the order of the text; null where there is none. */
export function firstMatch(text: string, isWanted: (term: string) => boolean): Pick<Term, "start" | "end"> | null {
  let found: { start: number; end: number } | null = null;
  for (const term of termsOf(text)) {
    const isHit = isWanted(term.text);
    if (found === null) {
      if (isHit) found = { start: term.start, end: term.end };
      // Pairs overlap: a word of three characters is two of them.
    } else if (isHit && term.start < found.end) found.end = Math.max(found.end, term.end);
    else break;
  }
  return found;
}

/** The match at `start`..`end` with its surroundings, on one line, cut between characters and words where it can be. */
export function excerptAt(text: string, { start, end }: Pick<Term, "start" | "end">): Excerpt {
  const from = wordEdge(text, Math.max(0, start - BEFORE), start);
  const to = Math.min(text.length, end + AFTER);
  const after = text.slice(end, to);
  const cut = to < text.length ? after.search(/\s\S*$/) : -1;
  return {
    before: oneLine(text.slice(from, start)),
    match: text.slice(start, end),
    after: oneLine(cut > 0 ? after.slice(0, cut) : after).replace(/[\ud800-\udbff]$/, ""),
  };
}

/** The first beginning of a word from `from` on, but before `limit`. */
function wordEdge(text: string, from: number, limit: number): number {
  if (from === 0) return 0;
  const edge = text.slice(from, limit).search(/(?<=\s)\S/);
  if (edge > 0) return from + edge;
  return /[\udc00-\udfff]/.test(text.charAt(from)) ? from + 1 : from;
}

function oneLine(text: string): string {
  return text.replace(SPACE, " ");
}
