// What somebody typed into the search box, as terms.
import { type Term, termsOf } from "./terms.ts";

export interface QueryTerm {
  readonly text: string;
  /** Stands for every term that begins with it: the word that is still being typed, or a single character. */
  readonly isPrefix: boolean;
  readonly kind: Term["kind"];
  /** Terms with the same number were one run of characters without a space. */
  readonly run: number;
}

/** More words than this say no more about what is meant. */
const MAX_QUERY_TERMS = 12;

/** Empty where the query has nothing to search for. */
export function parseQuery(query: string): readonly QueryTerm[] {
  const terms = [...termsOf(query)];
  const lasting = terms.filter((term, index) => !isTailOfPairs(term, terms[index - 1]));
  const isUnfinished = /[\p{L}\p{N}\p{M}]$/u.test(query);
  let run = 0;
  const parsed = lasting.map(({ text, kind, start }, index) => {
    const before = lasting[index - 1];
    if (before === undefined || kind === "word" || before.kind === "word" || start >= before.end) run += 1;
    return {
      text,
      kind,
      run,
      isPrefix: kind === "last" || (kind === "word" && isUnfinished && index === lasting.length - 1),
    };
  });
  const seen = new Set<string>();
  return parsed.filter(({ text }) => !seen.has(text) && seen.add(text) !== undefined).slice(0, MAX_QUERY_TERMS);
}

/** The single character at the end of a run that pairs have covered. */
function isTailOfPairs(term: Term, before: Term | undefined): boolean {
  return term.kind === "last" && before?.kind === "pair" && before.end === term.end;
}
