// The notes that were given to a space, as their outboxes tell of them. The newest event of a note counts; one that is gone leaves a
// row behind for a while, so that an event which was overtaken does not bring it back.
import { type Role, ROLES } from "@reed/access";
import { type NoteId, parseNoteId } from "@reed/log";
import { integerOf, type Sql, type SqlRow, type SqlValue } from "@reed/room";
import { fold } from "@reed/search";
import * as v from "valibot";
import type { NoteEntry, NoteEvent } from "../library/events.ts";
import type { SpaceNote } from "./rpc.ts";

export const NOTE_LIST_TABLES: readonly string[] = [
  `CREATE TABLE notes (
    note TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    folded TEXT NOT NULL,
    role TEXT,
    modified_ms INTEGER NOT NULL,
    added_by TEXT,
    added_by_name TEXT,
    gone_ms INTEGER
  ) WITHOUT ROWID`,
  "CREATE INDEX notes_by_modified ON notes (modified_ms) WHERE gone_ms IS NULL",
  "CREATE INDEX notes_gone ON notes (gone_ms) WHERE gone_ms IS NOT NULL",
];

/** Beyond that the ones that rest longest leave the list; they stay open to the channel, and come back when they change. */
export const MAX_SPACE_NOTES = 5000;
/** An event is on its way for seconds; a retry of one is made anew. */
const GONE_KEPT_MS = 24 * 3600 * 1000;
/** The title of a list item; the note has the whole. */
const MAX_TITLE_CHARS = 200;
const MAX_QUERY_WORDS = 8;

const rowSchema = v.object({
  note: v.string(),
  title: v.string(),
  role: v.picklist(ROLES),
  added_by: v.nullable(v.string()),
  added_by_name: v.nullable(v.string()),
});

export class NoteList {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Changed last first. */
  newest(limit: number): readonly SpaceNote[] {
    return this.#read("SELECT * FROM notes WHERE gone_ms IS NULL ORDER BY modified_ms DESC, note LIMIT ?", limit);
  }

  /** Those whose title has every word of `query`, changed last first. */
  find(query: string, limit: number): readonly SpaceNote[] {
    const words = fold(query)
      .split(/\s+/u)
      .filter((word) => word !== "")
      .slice(0, MAX_QUERY_WORDS);
    const conditions = words.map(() => "AND instr(folded, ?) > 0").join(" ");
    return this.#read(
      `SELECT * FROM notes WHERE gone_ms IS NULL ${conditions} ORDER BY modified_ms DESC, note LIMIT ?`,
      ...words,
      limit,
    );
  }

  has(noteId: NoteId): boolean {
    return this.#sql.run("SELECT 1 FROM notes WHERE note = ? AND gone_ms IS NULL", noteId).length > 0;
  }

  receive({ noteId, version, entry }: NoteEvent, nowMs: number): void {
    const [known] = this.#sql.run("SELECT version FROM notes WHERE note = ?", noteId);
    if (known !== undefined && integerOf(known, "version") >= version) return;
    this.#put(noteId, version, entry, nowMs);
    this.#sql.run("DELETE FROM notes WHERE gone_ms <= ?", nowMs - GONE_KEPT_MS);
    this.#sql.run(
      `DELETE FROM notes WHERE note IN (
         SELECT note FROM notes WHERE gone_ms IS NULL ORDER BY modified_ms DESC, note LIMIT -1 OFFSET ?)`,
      MAX_SPACE_NOTES,
    );
  }

  #put(noteId: NoteId, version: number, entry: NoteEntry | null, nowMs: number): void {
    const title = entry?.title.slice(0, MAX_TITLE_CHARS).toWellFormed() ?? "";
    this.#sql.run(
      `INSERT OR REPLACE INTO notes (note, version, title, folded, role, modified_ms, added_by, added_by_name, gone_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      noteId,
      version,
      title,
      fold(title),
      entry?.role ?? null,
      Math.floor((entry?.modifiedUs ?? 0) / 1000),
      entry?.sharedBy?.id ?? null,
      entry?.sharedBy?.name ?? null,
      entry === null ? nowMs : null,
    );
  }

  #read(statement: string, ...values: readonly SqlValue[]): readonly SpaceNote[] {
    return this.#sql.run(statement, ...values).flatMap(noteOf);
  }
}

function noteOf(row: SqlRow): readonly SpaceNote[] {
  const { note, title, role, added_by: id, added_by_name: name } = v.parse(rowSchema, row);
  const noteId = parseNoteId(note);
  const addedBy = id === null || name === null ? null : { id, name };
  return noteId === null
    ? []
    : [{ id: noteId, title, role: role satisfies Role, modifiedMs: integerOf(row, "modified_ms"), addedBy }];
}
