// What a text is found by: its terms, with their places. Scripts that put spaces between words give words; those that don't (Han,
// kana, Hangul, Thai and their like) give each pair of neighbouring characters, so that a word of two characters is one term.
import { fold } from "./fold.ts";

export interface Term {
  /** Folded; never empty, without spaces and ASCII signs. */
  readonly text: string;
  /** Where it stands in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** pair: two characters of a run without spaces. last: one character, which ends such a run. */
  readonly kind: "word" | "pair" | "last";
}

/** Longer runs are no words that somebody types: what follows is left out. */
const MAX_TERM_LENGTH = 48;

const RUN = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u200c\u200d]*|\p{Extended_Pictographic}/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]+/gu;
const NO_TERM = /[\s!-/:-@[-`{-~]/g;
/** Everything before it is spaced, and quick to tell. */
const FIRST_UNSPACED = "\u0e00";

/** The terms of `text`, in order. Lazy: whoever needs the first ones stops there. */
export function* termsOf(text: string): Generator<Term, void, undefined> {
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (isSpaced(run)) yield* wordAt(run, index);
    else yield* mixedTerms(run, index);
  }
}

/** The distinct terms of `text`. */
export function termSetOf(text: string): Set<string> {
  const terms = new Set<string>();
  for (const term of termsOf(text)) terms.add(term.text);
  return terms;
}

function isSpaced(run: string): boolean {
  for (let index = 0; index < run.length; index += 1) if (run.charAt(index) >= FIRST_UNSPACED) return false;
  return true;
}

function* mixedTerms(run: string, offset: number): Generator<Term, void, undefined> {
  let done = 0;
  for (const { 0: part, index } of run.matchAll(UNSPACED)) {
    if (index > done) yield* wordAt(run.slice(done, index), offset + done);
    yield* pairsAt(part, offset + index);
    done = index + part.length;
  }
  if (done < run.length) yield* wordAt(run.slice(done), offset + done);
}

function* wordAt(word: string, start: number): Generator<Term, void, undefined> {
  const text = termOf(word.length > MAX_TERM_LENGTH ? word.slice(0, MAX_TERM_LENGTH) : word);
  if (text !== "") yield { text, start, end: start + word.length, kind: "word" };
}

/** A single letter may stand for a phrase, a number in brackets or an accent on a space. */
const termOf = (run: string): string => fold(run).replace(NO_TERM, "");

function* pairsAt(run: string, start: number): Generator<Term, void, undefined> {
  const characters = [...run];
  let at = start;
  for (const [index, character] of characters.entries()) {
    const next = characters[index + 1];
    const text = termOf(character + (next ?? ""));
    const end = at + character.length + (next?.length ?? 0);
    if (text !== "") yield { text, start: at, end, kind: next === undefined ? "last" : "pair" };
    at += character.length;
  }
}
