// What a found note shows of why it was found: a place in its title, and places in its text, one for each term that they have.
import type { Highlight } from "@reed/api";
import { excerptAt, firstMatch, type QueryTerm } from "@reed/search";
import { isMeant, type Meaning } from "./search.ts";

const MAX_HIGHLIGHTS = 3;
const LETTER = /[\p{L}\p{N}\p{M}]/u;

interface Span {
  readonly start: number;
  readonly end: number;
}

export function highlightsOf(title: string, text: string, meanings: readonly Meaning[]): Highlight[] {
  const inTitle = spansIn(title, meanings)[0] ?? null;
  const highlights: Highlight[] = inTitle === null ? [] : [{ field: "title", ...excerptAt(title, inTitle) }];
  const body = bodyOf(title, text);
  for (const span of spansIn(body, meanings)) {
    if (highlights.length === MAX_HIGHLIGHTS) break;
    highlights.push({ field: "text", ...excerptAt(body, span) });
  }
  return highlights;
}

/** The text without its first line, where that is the title. */
function bodyOf(title: string, text: string): string {
  const start = text.search(/\S/);
  const end = text.indexOf("\n", Math.max(0, start));
  const first = start === -1 ? "" : text.slice(start, end === -1 ? text.length : end);
  return title !== "" && first.includes(title) ? text.slice(start + first.length) : text;
}

/** One place a term, none twice, in the order of the query. */
function spansIn(text: string, meanings: readonly Meaning[]): readonly Span[] {
  const spans: Span[] = [];
  for (const meaning of joinPairs(meanings)) {
    const span = spanOf(text, meaning);
    if (span !== null && !spans.some(({ start, end }) => span.start < end && start < span.end)) spans.push(span);
    if (spans.length === MAX_HIGHLIGHTS) break;
  }
  return spans;
}

/** Pairs of one run belong together: they mark one place. */
function joinPairs(meanings: readonly Meaning[]): readonly (readonly Meaning[])[] {
  const groups: Meaning[][] = [];
  for (const meaning of meanings) {
    const last = groups.at(-1);
    if (meaning.term.kind === "pair" && last?.at(-1)?.term.kind === "pair") last.push(meaning);
    else groups.push([meaning]);
  }
  return groups;
}

/** Most texts have the term as it was typed or kept: finding that costs nothing. Else accents and the like are folded, term by term. */
function spanOf(text: string, meanings: readonly Meaning[]): Span | null {
  const lower = text.toLowerCase();
  if (lower.length === text.length) {
    for (const { term, others } of meanings) {
      for (const word of [term.text, ...others]) {
        const start = indexOfTerm(lower, word, term);
        if (start !== -1) return wholeMatch(text, start, start + word.length, meanings);
      }
    }
  }
  return firstMatch(text, (found) => meanings.some((meaning) => isMeant(found, meaning)));
}

function indexOfTerm(lower: string, word: string, { kind, isPrefix, text }: QueryTerm): number {
  const isPart = kind !== "word";
  const isOpen = isPart || (isPrefix && word === text);
  for (let at = lower.indexOf(word); at !== -1; at = lower.indexOf(word, at + 1)) {
    const startsWord = isPart || at === 0 || !LETTER.test(lower.charAt(at - 1));
    const endsWord = isOpen || !LETTER.test(lower.charAt(at + word.length));
    if (startsWord && endsWord) return at;
  }
  return -1;
}

/** Pairs overlap: a match goes on as far as the next of them follow. */
function wholeMatch(text: string, start: number, end: number, meanings: readonly Meaning[]): Span {
  if (meanings.length < 2) return { start, end };
  const rest = firstMatch(text.slice(start), (found) => meanings.some((meaning) => isMeant(found, meaning)));
  return rest === null ? { start, end } : { start, end: Math.max(end, start + rest.end) };
}
