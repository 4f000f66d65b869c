// The entries of a library: one row for each note that the user has or has lost. Owns the revision, which counts every change of
// an entry, so that a device can ask for what is new; and the tombstones, which tell devices what is gone.
import type { NoteId } from "@reed/log";
import { integerOf, type Sql, type SqlRow } from "@reed/room";
import { decodeEntry, encodeEntry, shelfOf, sortKeysOf } from "./entry.ts";
import type { NoteEntry } from "./events.ts";

export const ENTRY_TABLES: readonly string[] = [
  `CREATE TABLE entries (
    k INTEGER PRIMARY KEY AUTOINCREMENT,
    note TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    text_version INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    shelf INTEGER,
    modified_us INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    title_key TEXT NOT NULL,
    creator_key TEXT NOT NULL,
    entry TEXT,
    excerpt TEXT NOT NULL,
    gone_ms INTEGER
  )`,
  "CREATE INDEX entries_by_rev ON entries (rev)",
  "CREATE INDEX entries_by_modified ON entries (shelf, modified_us)",
  "CREATE INDEX entries_by_created ON entries (shelf, created_us)",
  "CREATE INDEX entries_by_title ON entries (shelf, title_key)",
  "CREATE INDEX entries_by_creator ON entries (shelf, creator_key)",
  "CREATE INDEX entries_gone ON entries (gone_ms) WHERE gone_ms IS NOT NULL",
  "CREATE TABLE texts (k INTEGER PRIMARY KEY, text TEXT NOT NULL)",
  // epoch: which counting of revisions this is. floor: the newest revision whose tombstone is no longer there.
  "CREATE TABLE revision (k INTEGER PRIMARY KEY CHECK (k = 1), epoch INTEGER NOT NULL, rev INTEGER NOT NULL, floor INTEGER NOT NULL)",
  "INSERT INTO revision (k, epoch, rev, floor) VALUES (1, abs(random() % 4294967296), 0, 0)",
];

/** A device that was away for longer begins its list anew. */
const TOMBSTONE_MS = 90 * 24 * 60 * 60 * 1000;
const PRUNED_AT_ONCE = 1000;

export interface KeptEntry {
  readonly k: number;
  readonly noteId: string;
  readonly rev: number;
  /** null: lost. */
  readonly entry: NoteEntry | null;
  readonly excerpt: string;
}

export interface EntryState {
  readonly k: number;
  readonly version: number;
  readonly textVersion: number;
  /** As encodeEntry gives it; null: lost. */
  readonly entry: string | null;
}

export interface Revision {
  readonly epoch: number;
  readonly rev: number;
  readonly floor: number;
}

const KEPT = "k, note, rev, entry, excerpt";

export class EntryTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  get revision(): Revision {
    const [row] = this.#sql.run("SELECT epoch, rev, floor FROM revision WHERE k = 1");
    if (row === undefined) throw new Error("the library has no revision");
    return { epoch: integerOf(row, "epoch"), rev: integerOf(row, "rev"), floor: integerOf(row, "floor") };
  }

  state(noteId: NoteId): EntryState | null {
    const [row] = this.#sql.run("SELECT k, version, text_version, entry FROM entries WHERE note = ?", noteId);
    if (row === undefined) return null;
    return {
      k: integerOf(row, "k"),
      version: integerOf(row, "version"),
      textVersion: integerOf(row, "text_version"),
      entry: textOrNull(row, "entry"),
    };
  }

  /** Keeps `entry` as the newest; returns its key, which a note that comes back has anew. */
  put(noteId: NoteId, version: number, entry: NoteEntry, before: EntryState | null): number {
    if (before?.entry === null) this.#sql.run("DELETE FROM entries WHERE k = ?", before.k);
    const keys = sortKeysOf(entry);
    const values = [
      version,
      this.#nextRev(),
      shelfOf(entry),
      entry.modifiedUs,
      entry.createdUs,
      keys.title,
      keys.creator,
      encodeEntry(entry),
    ] as const;
    if (before !== null && before.entry !== null) {
      this.#sql.run(
        "UPDATE entries SET version = ?, rev = ?, shelf = ?, modified_us = ?, created_us = ?, title_key = ?, creator_key = ?, entry = ? WHERE k = ?",
        ...values,
        before.k,
      );
      return before.k;
    }
    const [row] = this.#sql.run(
      `INSERT INTO entries (version, rev, shelf, modified_us, created_us, title_key, creator_key, entry, note, text_version, excerpt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, -1, '') RETURNING k`,
      ...values,
      noteId,
    );
    if (row === undefined) throw new Error("no key for a new entry");
    return integerOf(row, "k");
  }

  /** Leaves a tombstone, also where the note was never heard of: an older event must not bring it back. */
  lose(noteId: NoteId, version: number, before: EntryState | null, nowMs: number): void {
    const rev = this.#nextRev();
    if (before === null) {
      this.#sql.run(
        `INSERT INTO entries (note, version, text_version, rev, modified_us, created_us, title_key, creator_key, excerpt, gone_ms)
         VALUES (?, ?, ?, ?, 0, 0, '', '', '', ?)`,
        noteId,
        version,
        version,
        rev,
        Math.floor(nowMs),
      );
      return;
    }
    this.#sql.run(
      "UPDATE entries SET version = ?, text_version = ?, rev = ?, shelf = NULL, entry = NULL, title_key = '', creator_key = '', excerpt = '', gone_ms = ? WHERE k = ?",
      version,
      version,
      rev,
      Math.floor(nowMs),
      before.k,
    );
    this.#sql.run("DELETE FROM texts WHERE k = ?", before.k);
  }

  /** The event said nothing new. */
  heard(k: number, version: number): void {
    this.#sql.run("UPDATE entries SET version = ? WHERE k = ?", version, k);
  }

  text(k: number): string {
    const [row] = this.#sql.run("SELECT text FROM texts WHERE k = ?", k);
    return row === undefined ? "" : stringOf(row, "text");
  }

  putText(k: number, version: number, text: string, excerpt: string): void {
    this.#sql.run("INSERT INTO texts (k, text) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET text = ?", k, text, text);
    this.#sql.run("UPDATE entries SET text_version = ?, excerpt = ? WHERE k = ?", version, excerpt, k);
  }

  /** What changed after `rev`, oldest first. */
  since(rev: number, limit: number): readonly KeptEntry[] {
    return this.#sql.run(`SELECT ${KEPT} FROM entries WHERE rev > ? ORDER BY rev LIMIT ?`, rev, limit).map(keptOf);
  }

  /** Those that are not lost, by key, after `afterK`. */
  after(afterK: number, limit: number): readonly { readonly k: number; readonly noteId: string }[] {
    return this.#sql
      .run("SELECT k, note FROM entries WHERE k > ? AND shelf IS NOT NULL ORDER BY k LIMIT ?", afterK, limit)
      .map((row) => ({ k: integerOf(row, "k"), noteId: stringOf(row, "note") }));
  }

  /** The ids of all, the lost ones too. */
  everyNote(): readonly string[] {
    return this.#sql.run("SELECT note FROM entries").map((row) => stringOf(row, "note"));
  }

  /** Drops tombstones that are old enough; true while there may be more of them. */
  prune(nowMs: number): boolean {
    const rows = this.#sql.run(
      "DELETE FROM entries WHERE k IN (SELECT k FROM entries WHERE gone_ms < ? LIMIT ?) RETURNING rev",
      Math.floor(nowMs - TOMBSTONE_MS),
      PRUNED_AT_ONCE,
    );
    if (rows.length === 0) return false;
    const floor = Math.max(...rows.map((row) => integerOf(row, "rev")));
    this.#sql.run("UPDATE revision SET floor = max(floor, ?)", floor);
    return rows.length === PRUNED_AT_ONCE;
  }

  /** Every device asks for everything anew. */
  beginEpoch(): void {
    this.#sql.run("UPDATE revision SET epoch = (epoch + 1 + abs(random() % 1000000)) % 4294967296");
  }

  #nextRev(): number {
    const [row] = this.#sql.run("UPDATE revision SET rev = rev + 1 WHERE k = 1 RETURNING rev");
    if (row === undefined) throw new Error("the library has no revision");
    return integerOf(row, "rev");
  }
}

export function keptOf(row: SqlRow): KeptEntry {
  const entry = textOrNull(row, "entry");
  return {
    k: integerOf(row, "k"),
    noteId: stringOf(row, "note"),
    rev: integerOf(row, "rev"),
    entry: entry === null ? null : decodeEntry(entry),
    excerpt: stringOf(row, "excerpt"),
  };
}

export function stringOf(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} is not a text`);
  return value;
}

function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : stringOf(row, column);
}
