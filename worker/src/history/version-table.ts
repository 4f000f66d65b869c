// The versions of a note: its text at certain times, with who wrote it. Automatic ones thin out as they grow older, named ones stay
// until somebody removes them. A version is text and no document: restoring one is a new edit.
import { gunzipSync, gzipSync } from "node:zlib";
import { decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { blobOf, integerOf, type Sql, type SqlRow } from "@reed/room";
import { thin } from "@reed/text";
import * as v from "valibot";
import { type AuthorRun, loadAuthorRuns, mainAuthorsOf, saveAuthorRuns } from "./author-runs.ts";
import { nextThinning } from "./next-thinning.ts";

/**
 * The table. A version's id is its place in the log: that is one text for ever, so an address that was kept never shows another,
 * and a version costs one row.
 */
export const VERSIONS_TABLE = `CREATE TABLE versions (
  seq INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  name TEXT,
  title TEXT NOT NULL,
  text BLOB NOT NULL,
  authors BLOB NOT NULL,
  people TEXT NOT NULL,
  bytes INTEGER NOT NULL
)`;

/**
 * Notes from before quiet ones were thinned are thinned once they wake. Never the earliest of what is due: the alarm for that one
 * is set already.
 */
export const THIN_SOON = `INSERT OR IGNORE INTO due (kind, at)
  SELECT 'version', coalesce((SELECT max(at) FROM due), 0)
  WHERE (SELECT count(*) FROM versions WHERE name IS NULL) > 1`;

/** Named versions are never thinned, so they need an end of their own. */
export const MAX_NAMED_VERSIONS = 200;

export interface VersionEntry {
  /** The place in the log that the text is of. */
  readonly seq: number;
  /** When the last change that it holds was received. */
  readonly atUs: number;
  /** Null: automatic. */
  readonly name: string | null;
  readonly title: string;
  /** Principals, of whom most is first; no more than are listed (author-runs.ts). */
  readonly people: readonly string[];
  /** Of the text in UTF-8. */
  readonly bytes: number;
}

export interface Version extends VersionEntry {
  readonly text: string;
  /** Adds up to the text. */
  readonly authors: readonly AuthorRun[];
}

export type NewVersion = Pick<Version, "seq" | "atUs" | "title" | "text" | "authors">;

const ENTRY = "seq, at_us, name, title, people, bytes";

export class VersionTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Keeps an automatic version. Nothing changes where there is one of the same place in the log. */
  add(version: NewVersion): void {
    const text = encodeUtf8(version.text);
    this.#sql.run(
      `INSERT INTO versions (seq, at_us, title, text, authors, people, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (seq) DO NOTHING`,
      version.seq,
      version.atUs,
      version.title,
      new Uint8Array(gzipSync(text)),
      saveAuthorRuns(version.authors),
      JSON.stringify(mainAuthorsOf(version.authors)),
      text.length,
    );
  }

  /** Gives a version another name; null makes it automatic again. Nothing changes unless "named". */
  name(seq: number, name: string | null): "named" | "not_found" | "too_many" {
    const [row] = this.#sql.run("SELECT name FROM versions WHERE seq = ?", seq);
    if (row === undefined) return "not_found";
    if (name !== null && row["name"] === null && this.#countNamed() >= MAX_NAMED_VERSIONS) return "too_many";
    if (row["name"] !== name) this.#sql.run("UPDATE versions SET name = ? WHERE seq = ?", name, seq);
    return "named";
  }

  /** Up to `limit` versions, newest first; with `beforeSeq` those older than it, whether it is still there or not. */
  list(limit: number, beforeSeq = Number.MAX_SAFE_INTEGER): readonly VersionEntry[] {
    return this.#sql
      .run(`SELECT ${ENTRY} FROM versions WHERE seq < ? ORDER BY seq DESC LIMIT ?`, beforeSeq, limit)
      .map(entryOf);
  }

  /** Without its text. */
  entry(seq: number): VersionEntry | null {
    const [row] = this.#sql.run(`SELECT ${ENTRY} FROM versions WHERE seq = ?`, seq);
    return row === undefined ? null : entryOf(row);
  }

  find(seq: number): Version | null {
    const [row] = this.#sql.run("SELECT * FROM versions WHERE seq = ?", seq);
    if (row === undefined) return null;
    return {
      ...entryOf(row),
      text: decodeUtf8(new Uint8Array(gunzipSync(blobOf(row, "text")))),
      authors: loadAuthorRuns(blobOf(row, "authors")),
    };
  }

  /** Drops the automatic versions that have grown too old to stay so close; returns how many. */
  thin(nowUs: number): number {
    const rowsByMs = this.#automatic();
    const dropped = thin([...rowsByMs.keys()], nowUs / 1000).flatMap((atMs) => rowsByMs.get(atMs) ?? []);
    if (dropped.length === 0) return 0;
    this.#sql.transaction(() => {
      for (const row of dropped) this.#sql.run("DELETE FROM versions WHERE seq = ?", integerOf(row, "seq"));
    });
    return dropped.length;
  }

  /** When the next of them grows so old, in ms since the epoch; null where what is there stays. */
  nextThinning(nowMs: number): number | null {
    return nextThinning([...this.#automatic().keys()], nowMs);
  }

  /** Drops all versions of places below `seq`, named ones too. */
  dropBelow(seq: number): void {
    this.#sql.run("DELETE FROM versions WHERE seq < ?", seq);
  }

  /** Rows of the automatic versions by their time in ms. */
  #automatic(): ReadonlyMap<number, readonly SqlRow[]> {
    const rows = this.#sql.run("SELECT seq, at_us FROM versions WHERE name IS NULL");
    return Map.groupBy(rows, (row) => integerOf(row, "at_us") / 1000);
  }

  #countNamed(): number {
    const [row] = this.#sql.run("SELECT count(*) AS count FROM versions WHERE name IS NOT NULL");
    return row === undefined ? 0 : integerOf(row, "count");
  }
}

const textColumns = v.object({ name: v.nullable(v.string()), title: v.string(), people: v.string() });
const peopleColumn = v.array(v.string());

function entryOf(row: SqlRow): VersionEntry {
  const { name, title, people } = v.parse(textColumns, row);
  return {
    seq: integerOf(row, "seq"),
    atUs: integerOf(row, "at_us"),
    name,
    title,
    people: v.parse(peopleColumn, JSON.parse(people)),
    bytes: integerOf(row, "bytes"),
  };
}
