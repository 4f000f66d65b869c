// Which note somebody who comes in should see first, as far as it was said before they came: to one person, to one instance of the
// Activity, or by whoever opened a note here last.
import { type NoteId, parseNoteId } from "@reed/log";
import { type Sql, type SqlValue } from "@reed/room";
import * as v from "valibot";

export const TARGET_TABLES: readonly string[] = [
  "CREATE TABLE pending (discord TEXT PRIMARY KEY, note TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE TABLE bindings (instance TEXT PRIMARY KEY, note TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE TABLE last_note (k INTEGER PRIMARY KEY CHECK (k = 1), note TEXT NOT NULL)",
];

/** Between the press of a button and the first request of the Activity. */
const PENDING_MS = 120_000;
export const MAX_PENDING = 1000;
/** Of one channel there are few at a time, and none outlives its people. */
const MAX_BINDINGS = 100;

const rowSchema = v.object({ note: v.string() });

export class Targets {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  pend(discordId: string, noteId: NoteId, nowMs: number): void {
    this.#sql.run("DELETE FROM pending WHERE at_ms <= ?", nowMs - PENDING_MS);
    this.#sql.run("INSERT OR REPLACE INTO pending (discord, note, at_ms) VALUES (?, ?, ?)", discordId, noteId, nowMs);
    this.#trim("pending", "discord", MAX_PENDING);
  }

  pending(discordId: string, nowMs: number): NoteId | null {
    return this.#note("SELECT note FROM pending WHERE discord = ? AND at_ms > ?", discordId, nowMs - PENDING_MS);
  }

  bind(instance: string, noteId: NoteId, nowMs: number): void {
    this.#sql.run("INSERT OR REPLACE INTO bindings (instance, note, at_ms) VALUES (?, ?, ?)", instance, noteId, nowMs);
    this.#trim("bindings", "instance", MAX_BINDINGS);
  }

  bound(instance: string): NoteId | null {
    return this.#note("SELECT note FROM bindings WHERE instance = ?", instance);
  }

  opened(noteId: NoteId): void {
    if (this.last() !== noteId) this.#sql.run("INSERT OR REPLACE INTO last_note (k, note) VALUES (1, ?)", noteId);
  }

  last(): NoteId | null {
    return this.#note("SELECT note FROM last_note");
  }

  #note(statement: string, ...values: readonly SqlValue[]): NoteId | null {
    const [row] = this.#sql.run(statement, ...values);
    return row === undefined ? null : parseNoteId(v.parse(rowSchema, row).note);
  }

  #trim(table: "pending" | "bindings", key: "discord" | "instance", kept: number): void {
    this.#sql.run(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} ORDER BY at_ms DESC, ${key} LIMIT -1 OFFSET ?)`,
      kept,
    );
  }
}
