// Search over a library (docs/spec/library.md). First come the notes that have what was typed, then those that have words near it or
// around it, then those that have only some of it. Among equals a title counts more than a text, and what changed last comes first.
import type { ListNotesQuery } from "@reed/api";
import { editsAllowed, isNear, parseQuery, type QueryTerm, termSetOf } from "@reed/search";
import { integerOf, type Sql } from "@reed/room";
import { comparePlaces, type Place } from "./cursor.ts";
import { stringOf } from "./entry-table.ts";
import { compareKeys, facetsMatch, isDescending } from "./list.ts";
import type { NearWords, SearchIndex } from "./search-index.ts";

/** Notes that one search finds at most: nobody reads on, and what is read stays bounded. */
const MAX_FOUND = 200;
/** So many that have what was typed need no others. */
const ENOUGH = 25;
/** Those that have only some of it. */
const MAX_PARTLY = 25;
const MAX_NEAR = 12;
const MAX_AROUND = 24;
const MIN_PART = 3;
/** Pairs of a run in which a slip is looked past: it has four characters, and may have lost a fifth. */
const MIN_TOLERANT = 3;

/** What stands for one term of the query. */
export interface Meaning {
  readonly term: QueryTerm;
  /** Words near it, or with it inside. */
  readonly others: readonly string[];
}

export interface Hit {
  readonly k: number;
  readonly place: Place;
}

export interface Found {
  /** Best first, or in the order that was asked for. */
  readonly hits: readonly Hit[];
  readonly meanings: readonly Meaning[];
}

interface Candidate {
  readonly k: number;
  readonly tier: number;
  readonly rank: number;
}

export function searchNotes(sql: Sql, index: SearchIndex, query: ListNotesQuery, text: string): Found {
  const terms = parseQuery(text);
  if (terms.length === 0) return { hits: [], meanings: [] };
  const facets = facetsMatch(query);
  const candidates = new Map<number, Candidate>();
  const add = (tier: number, match: string, limit: number): void => {
    for (const { k, rank } of index.match(`{title body} : (${match}) AND ${facets}`, limit))
      if (candidates.size < MAX_FOUND && !candidates.has(k)) candidates.set(k, { k, tier, rank });
  };
  add(0, allOf(terms.map((term) => anyOf(term, []))), MAX_FOUND);
  let meanings: readonly Meaning[] = terms.map((term) => ({ term, others: [] }));
  if (candidates.size < ENOUGH) {
    meanings = terms.map((term) => ({ term, others: othersOf(index, term) }));
    const units = unitsOf(meanings);
    add(1, allOf(units), MAX_FOUND);
    if (candidates.size === 0 && units.length > 1) add(2, allButOne(units), MAX_PARTLY);
    if (candidates.size === 0 && units.length > 2) add(3, units.join(" OR "), MAX_PARTLY);
  }
  return { hits: inOrder(sql, query, [...candidates.values()], meanings), meanings };
}

/** What stands for each word of the query, or for each of its runs without spaces. */
function unitsOf(meanings: readonly Meaning[]): readonly string[] {
  const runs = Map.groupBy(meanings, ({ term }) => term.run);
  return [...runs.values()].map((run) => runMatch(run.map(({ term, others }) => anyOf(term, others))));
}

/** A slip in a run spoils a few of its pairs, side by side: one where a character is missing, three where two changed places. */
function runMatch(pairs: readonly string[]): string {
  if (pairs.length < MIN_TOLERANT) return `(${allOf(pairs)})`;
  const spoilt = pairs.length === MIN_TOLERANT ? 1 : 3;
  const starts = Array.from({ length: pairs.length - spoilt + 1 }, (_, start) => start);
  const ways = starts.map((start) => `(${allOf(pairs.filter((_, at) => at < start || at >= start + spoilt))})`);
  return `(${ways.join(" OR ")})`;
}

function allButOne(units: readonly string[]): string {
  return units.map((_, left) => `(${allOf(units.filter((__, index) => index !== left))})`).join(" OR ");
}

/** Whether a term of a note is one that `meaning` stands for. */
export function isMeant(term: string, { term: wanted, others }: Meaning): boolean {
  return term === wanted.text || (wanted.isPrefix && term.startsWith(wanted.text)) || others.includes(term);
}

function allOf(groups: readonly string[]): string {
  return groups.join(" AND ");
}

function anyOf({ text, isPrefix }: QueryTerm, others: readonly string[]): string {
  return `(${[`"${text}"${isPrefix ? " *" : ""}`, ...others.map((word) => `"${word}"`)].join(" OR ")})`;
}

function othersOf(index: SearchIndex, { text, kind }: QueryTerm): readonly string[] {
  if (kind !== "word") return [];
  const around = [...text].length < MIN_PART ? [] : index.wordsWith(text, MAX_AROUND);
  return [...new Set([...nearWords(index, text), ...around])].filter((word) => word !== text);
}

/** Words that `text` may be a misspelling of: those that are one edit away, and where there are none, two. */
function nearWords(index: SearchIndex, text: string): readonly string[] {
  const most = editsAllowed(text.length);
  for (let edits = 1; edits <= most; edits += 1) {
    const near = new Set(index.wordsNear(placesNear(text, edits)).filter((word) => isNear(text, word, edits)));
    near.delete(text);
    if (near.size > 0) return [...near].slice(0, MAX_NEAR);
  }
  return [];
}

/**
 * One edit leaves the beginning or the end of a word as it was: about half of it each, also where two letters changed places. Two
 * edits seldom touch both the first and the last three letters of a long word.
 */
function placesNear(text: string, edits: number): NearWords {
  const characters = [...text];
  const half = Math.floor((characters.length - 1) / 2);
  const [head, tail] = edits === 1 ? [half, characters.length - 1 - half] : [3, 3];
  const lengths = Array.from({ length: 2 * edits + 1 }, (_, index) => text.length - edits + index);
  // Of four letters, it has lost one: two of them lie before or after the place.
  const isCut = characters.length === MIN_CUT;
  const [before, after] = isCut ? [2, 2] : [head, tail];
  return {
    word: text,
    pieces: (isCut ? [text.length + 1] : lengths).flatMap((length) => [
      { isEnd: false, piece: characters.slice(0, before).join(""), length },
      { isEnd: true, piece: characters.slice(-after).join(""), length },
    ]),
  };
}

const MIN_CUT = 4;

const SORTED = {
  updated: "modified_us",
  created: "created_us",
  title: "title_key",
  creator: "creator_key",
} as const;

function inOrder(
  sql: Sql,
  query: ListNotesQuery,
  candidates: readonly Candidate[],
  meanings: readonly Meaning[],
): readonly Hit[] {
  const byKey = new Map(candidates.map((candidate) => [candidate.k, candidate]));
  const rows = sql.run(
    "SELECT k, modified_us, created_us, title_key, creator_key FROM entries WHERE k IN (SELECT value FROM json_each(?))",
    JSON.stringify([...byKey.keys()]),
  );
  const { sort } = query;
  if (sort !== undefined) {
    const sign = isDescending(query, sort) ? -1 : 1;
    const placed = rows.map((row) => {
      const key = sort === "updated" || sort === "created" ? integerOf(row, SORTED[sort]) : stringOf(row, SORTED[sort]);
      return { key, k: integerOf(row, "k") };
    });
    return placed
      .toSorted((a, b) => sign * (a.key === b.key ? a.k - b.k : compareKeys(a.key, b.key)))
      .map(({ k }, index) => ({ k, place: [index, k] }));
  }
  return rows
    .map((row): Hit => {
      const k = integerOf(row, "k");
      const { tier, rank } = byKey.get(k) ?? { tier: 0, rank: 0 };
      const missing = tier > 1 ? 0 : missingIn(stringOf(row, "title_key"), meanings);
      return { k, place: [tier, missing, Math.round(rank * 4), -integerOf(row, "modified_us"), k] };
    })
    .toSorted((a, b) => comparePlaces(a.place, b.place));
}

/** How many of the query's terms the title lacks. */
function missingIn(title: string, meanings: readonly Meaning[]): number {
  const terms = [...termSetOf(title)];
  return meanings.filter((meaning) => !terms.some((term) => isMeant(term, meaning))).length;
}
