// What a library is searched by (docs/spec/library.md). Three tables: `found` has the terms of every note, `words` the distinct
// words among them in an order in which misspelt ones are near, `parts` their trigrams, for what stands inside a word. None of them
// keeps a text; a word goes when the last note with it is gone.
import { type Term, termsOf } from "@reed/search";
import { integerOf, type Sql } from "@reed/room";
import type { NoteEntry } from "./events.ts";
import { shelfOf } from "./entry.ts";
import { stringOf } from "./entry-table.ts";

export const SEARCH_TABLES: readonly string[] = [
  // Terms are folded before they get here; this tokenizer only takes them apart, and leaves every other script alone.
  "CREATE VIRTUAL TABLE found USING fts5(title, body, facets, content='', contentless_delete=1, tokenize='ascii')",
  "INSERT INTO found (found, rank) VALUES ('rank', 'bm25(8.0, 1.0, 0.0)')",
  "CREATE VIRTUAL TABLE found_terms USING fts5vocab(found, 'row')",
  "CREATE TABLE words (id INTEGER PRIMARY KEY, length INTEGER NOT NULL, word TEXT NOT NULL, reversed TEXT NOT NULL, UNIQUE (length, word))",
  "CREATE INDEX words_by_end ON words (length, reversed)",
  "CREATE VIRTUAL TABLE parts USING fts5(word, content='', contentless_delete=1, tokenize='trigram case_sensitive 1')",
];

/** Words that can be misspelt or hold another: shorter ones are found as they are. */
const MIN_WORD = 3;

/** Everything that a note is found by. */
export interface Searched {
  readonly entry: NoteEntry;
  readonly text: string;
}

export interface NearWords {
  readonly word: string;
  /** Where in the words' order to look: words of `length` that begin, or end, with `piece`. */
  readonly pieces: readonly { readonly isEnd: boolean; readonly piece: string; readonly length: number }[];
}

/** Of one range of words: more have so little in common with what was typed that they say nothing. */
const MAX_IN_RANGE = 400;
const AFTER_ALL = "\u{10ffff}";

export class SearchIndex {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Takes the note `k` in, in place of what was there before; null: nothing was. */
  put(k: number, now: Searched, before: Searched | null): void {
    const [title, body] = [analyse(now.entry.title), analyse(now.text)];
    const words = new Set([...title.words, ...body.words]);
    const hadWords = before === null ? new Set<string>() : wordsOf(before);
    if (before !== null) this.#sql.run("DELETE FROM found WHERE rowid = ?", k);
    this.#sql.run(
      "INSERT INTO found (rowid, title, body, facets) VALUES (?, ?, ?, ?)",
      k,
      title.terms,
      body.terms,
      facetsOf(now.entry).join(" "),
    );
    this.#addWords([...words].filter((word) => !hadWords.has(word)));
    this.#dropWords([...hadWords].filter((word) => !words.has(word)));
  }

  /** Takes the note in, whatever of it may be here. */
  putAnew(k: number, now: Searched): void {
    this.#sql.run("DELETE FROM found WHERE rowid = ?", k);
    this.put(k, now, null);
  }

  drop(k: number, before: Searched): void {
    this.#sql.run("DELETE FROM found WHERE rowid = ?", k);
    this.#dropWords([...wordsOf(before)]);
  }

  clear(): void {
    this.#sql.run("INSERT INTO found (found) VALUES ('delete-all')");
    this.#sql.run("INSERT INTO parts (parts) VALUES ('delete-all')");
    this.#sql.run("DELETE FROM words");
  }

  /** Notes that `match` is true of, best first. */
  match(match: string, limit: number): readonly { readonly k: number; readonly rank: number }[] {
    return this.#sql
      .run("SELECT rowid AS k, rank FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?", match, limit)
      .map((row) => ({ k: integerOf(row, "k"), rank: Number(row["rank"]) }));
  }

  /** Words that may be near, by what they share with a misspelt one. */
  wordsNear({ pieces }: NearWords): readonly string[] {
    return pieces.flatMap(({ isEnd, piece, length }) => {
      const column = isEnd ? "reversed" : "word";
      const from = isEnd ? reversed(piece) : piece;
      return this.#sql
        .run(
          `SELECT word FROM words WHERE length = ? AND ${column} >= ? AND ${column} < ? LIMIT ${MAX_IN_RANGE}`,
          length,
          from,
          from + AFTER_ALL,
        )
        .map((row) => stringOf(row, "word"));
    });
  }

  /** Words that hold `part`, which has three characters or more. */
  wordsWith(part: string, limit: number): readonly string[] {
    return this.#sql
      .run(
        "SELECT word FROM words WHERE id IN (SELECT rowid FROM parts WHERE parts MATCH ? LIMIT ?)",
        `"${part}"`,
        limit,
      )
      .map((row) => stringOf(row, "word"));
  }

  #addWords(words: readonly string[]): void {
    if (words.length === 0) return;
    const rows = words.map((word) => [word.length, word, reversed(word)]);
    const added = this.#sql.run(
      `INSERT OR IGNORE INTO words (length, word, reversed)
       SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true RETURNING id, word`,
      JSON.stringify(rows),
    );
    if (added.length === 0) return;
    this.#sql.run(
      "INSERT INTO parts (rowid, word) SELECT value ->> 0, value ->> 1 FROM json_each(?)",
      JSON.stringify(added.map((row) => [integerOf(row, "id"), stringOf(row, "word")])),
    );
  }

  /** Forgets those of `words` that no note has any more. */
  #dropWords(words: readonly string[]): void {
    if (words.length === 0) return;
    const dropped = this.#sql.run(
      `DELETE FROM words WHERE id IN (
         SELECT words.id FROM json_each(?) AS lost
         CROSS JOIN words ON words.length = lost.value ->> 0 AND words.word = lost.value ->> 1
         WHERE NOT EXISTS (SELECT 1 FROM found_terms WHERE term = words.word)
       ) RETURNING id`,
      JSON.stringify(words.map((word) => [word.length, word])),
    );
    if (dropped.length === 0) return;
    this.#sql.run(
      "DELETE FROM parts WHERE rowid IN (SELECT value FROM json_each(?))",
      JSON.stringify(dropped.map((row) => integerOf(row, "id"))),
    );
  }
}

/** Marks by which lists are narrowed, as terms that no text has: they never stand in another column's match. */
export const facet = {
  scope: (shelf: number): string => `x${shelf}`,
  createdBy: (userId: string): string => `c${bare(userId)}`,
  sharedBy: (userId: string): string => `b${bare(userId)}`,
  sharedWith: (userId: string): string => `m${bare(userId)}`,
  tag: (tag: string): string => `t${hexOf(tag)}`,
} as const;

export function facetsOf(entry: NoteEntry): readonly string[] {
  const { createdBy, sharedBy, members, tags } = entry;
  return [
    facet.scope(shelfOf(entry)),
    ...(createdBy === null ? [] : [facet.createdBy(createdBy.id)]),
    ...(sharedBy === null ? [] : [facet.sharedBy(sharedBy.id)]),
    ...members.map(({ id }) => facet.sharedWith(id)),
    ...tags.map(facet.tag),
  ];
}

/** The terms of a text as `found` takes them, and the words among them. */
function analyse(text: string): { readonly terms: string; readonly words: Set<string> } {
  const terms: string[] = [];
  const words = new Set<string>();
  for (const term of termsOf(text)) {
    terms.push(term.text);
    if (isWord(term)) words.add(term.text);
  }
  return { terms: terms.join(" "), words };
}

function wordsOf({ entry, text }: Searched): Set<string> {
  return new Set([...analyse(entry.title).words, ...analyse(text).words]);
}

function isWord({ kind, text }: Term): boolean {
  return kind === "word" && text.length >= MIN_WORD;
}

function reversed(word: string): string {
  return [...word].toReversed().join("");
}

function bare(userId: string): string {
  return userId.replaceAll("-", "").toLowerCase();
}

function hexOf(text: string): string {
  return Array.from(new TextEncoder().encode(text.normalize("NFC").toLowerCase()), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
