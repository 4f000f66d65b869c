// Where a user may have sockets open: each ticket that was handed out for them, by note, device and session. It is what a cut goes by.
import { type NoteId, parseNoteId } from "@reed/log";
import { type Sql, type SqlValue } from "@reed/room";
import { stringOf } from "./entry-table.ts";
import type { CutScope } from "./events.ts";

export const OPENINGS_TABLES: readonly string[] = [
  "CREATE TABLE openings (note TEXT NOT NULL, device BLOB NOT NULL, session TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (note, device, session)) WITHOUT ROWID",
  "CREATE INDEX openings_by_session ON openings (session)",
  "CREATE INDEX openings_by_device ON openings (device)",
  // Cuts that a note has not confirmed yet. An empty device or session: whichever.
  "CREATE TABLE cuts (note TEXT NOT NULL, device BLOB NOT NULL, session TEXT NOT NULL, PRIMARY KEY (note, device, session)) WITHOUT ROWID",
];

/** A socket that lived for so long has come back with a new ticket by now. */
const KEPT_MS = 60 * 24 * 60 * 60 * 1000;
/** Written again only after this long: a device that comes back every minute costs nothing. */
const FRESH_MS = 24 * 60 * 60 * 1000;

export interface PendingCut {
  readonly noteId: NoteId;
  readonly scope: CutScope;
}

export class Openings {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add(noteId: NoteId, device: Uint8Array, sessionId: string, nowMs: number): void {
    const at = Math.floor(nowMs);
    this.#sql.run(
      `INSERT INTO openings (note, device, session, at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (note, device, session) DO UPDATE SET at_ms = ? WHERE at_ms < ?`,
      noteId,
      device.slice(),
      sessionId,
      at,
      at,
      at - FRESH_MS,
    );
  }

  /** The notes that may have sockets of `scope`. */
  notes(scope: CutScope): readonly NoteId[] {
    const { where, values } = conditionOf(scope);
    return this.#sql.run(`SELECT DISTINCT note FROM openings WHERE ${where}`, ...values).flatMap((row) => {
      const noteId = parseNoteId(stringOf(row, "note"));
      return noteId === null ? [] : [noteId];
    });
  }

  /** Notes that nothing else may be known of. */
  all(): readonly string[] {
    return this.#sql.run("SELECT DISTINCT note FROM openings").map((row) => stringOf(row, "note"));
  }

  /** `noteId` is to be cut: until it says that it was. */
  owe({ noteId, scope }: PendingCut): void {
    this.#sql.run(
      "INSERT OR IGNORE INTO cuts (note, device, session) VALUES (?, ?, ?)",
      noteId,
      scope.device?.slice() ?? new Uint8Array(),
      scope.sessionId ?? "",
    );
  }

  /** The note has nothing of `scope` open any more. */
  settle({ noteId, scope }: PendingCut): void {
    this.#sql.run(
      "DELETE FROM cuts WHERE note = ? AND device = ? AND session = ?",
      noteId,
      scope.device?.slice() ?? new Uint8Array(),
      scope.sessionId ?? "",
    );
    const { where, values } = conditionOf(scope);
    this.#sql.run(`DELETE FROM openings WHERE note = ? AND ${where}`, noteId, ...values);
  }

  /** In the order of the notes, after `afterNote`. */
  owed(afterNote: string, limit: number): readonly PendingCut[] {
    const statement = "SELECT note, device, session FROM cuts WHERE note > ? ORDER BY note LIMIT ?";
    return this.#sql.run(statement, afterNote, limit).flatMap((row) => {
      const noteId = parseNoteId(stringOf(row, "note"));
      const device = new Uint8Array(row["device"] instanceof ArrayBuffer ? row["device"] : new ArrayBuffer(0));
      const session = stringOf(row, "session");
      const scope: CutScope = {
        ...(device.length === 0 ? {} : { device }),
        ...(session === "" ? {} : { sessionId: session }),
      };
      return noteId === null ? [] : [{ noteId, scope }];
    });
  }

  prune(nowMs: number): void {
    this.#sql.run("DELETE FROM openings WHERE at_ms < ?", Math.floor(nowMs - KEPT_MS));
  }
}

function conditionOf({ device, sessionId }: CutScope): {
  readonly where: string;
  readonly values: readonly SqlValue[];
} {
  const parts = [device === undefined ? null : "device = ?", sessionId === undefined ? null : "session = ?"];
  const values = [device?.slice(), sessionId].filter((value) => value !== undefined);
  const where = parts.filter((part) => part !== null).join(" AND ");
  return { where: where === "" ? "true" : where, values };
}
