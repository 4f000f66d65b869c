// Which log an object holds, kept apart from the log: its first row, which says it too, may be folded away one day.
import { type NoteId, noteIdBytes, noteIdOf } from "@reed/log";
import { blobOf, type Sql } from "@reed/room";

/** The doc id's first half, or a log's whole first op id: both name it. An object of the first release has its first row. */
export const NAME_TABLES: readonly string[] = [
  "CREATE TABLE name (k INTEGER PRIMARY KEY CHECK (k = 1), id BLOB NOT NULL)",
  "INSERT INTO name (k, id) SELECT 1, op_id FROM log WHERE seq = 1",
];

/** null where the object has no name yet. */
export function readName(sql: Sql): NoteId | null {
  const [row] = sql.run("SELECT id FROM name WHERE k = 1");
  return row === undefined ? null : noteIdOf(blobOf(row, "id"));
}

export function writeName(sql: Sql, noteId: NoteId): void {
  sql.run("INSERT OR IGNORE INTO name (k, id) VALUES (1, ?)", noteIdBytes(noteId));
}
