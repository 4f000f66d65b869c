// A guest who signed in to an account has notes in two libraries. The guest's hands each of its notes over, one call a note, as a
// duty in the alarm: it goes on where it was when the object was stopped, and takes up what comes later.
import { type NoteId, parseNoteId } from "@reed/log";
import { integerOf, type Sql } from "@reed/room";
import { type EntryTable, stringOf } from "./entry-table.ts";
import type { Named } from "./events.ts";

/** One row at most: a guest goes to one account. */
export const CLAIMS_TABLE =
  "CREATE TABLE claim (k INTEGER PRIMARY KEY CHECK (k = 1), guest TEXT NOT NULL, target TEXT NOT NULL, after_k INTEGER NOT NULL)";

const AT_ONCE = 10;

export interface ClaimPorts {
  /** The account, as people see it; null where it is gone. */
  named(userId: string): Promise<Named | null>;
  claim(noteId: NoteId, from: string, to: Named): Promise<void>;
}

export class Claims {
  readonly #sql: Sql;
  readonly #table: EntryTable;
  readonly #ports: ClaimPorts;

  constructor(sql: Sql, table: EntryTable, ports: ClaimPorts) {
    this.#sql = sql;
    this.#table = table;
    this.#ports = ports;
  }

  begin(from: string, to: string): void {
    this.#sql.run(
      "INSERT INTO claim (k, guest, target, after_k) VALUES (1, ?, ?, 0) ON CONFLICT (k) DO UPDATE SET guest = ?, target = ?, after_k = 0",
      from,
      to,
      from,
      to,
    );
  }

  /** Whether there are notes to hand over. */
  get isOwing(): boolean {
    const claim = this.#claim();
    return claim !== null && this.#table.after(claim.afterK, 1).length > 0;
  }

  /** Hands some notes over; true while there are more. Throws where a note was not reached: it is the first of the next time. */
  async step(): Promise<boolean> {
    const claim = this.#claim();
    if (claim === null) return false;
    const notes = this.#table.after(claim.afterK, AT_ONCE);
    if (notes.length === 0) return false;
    const to = await this.#ports.named(claim.target);
    if (to === null) {
      this.#sql.run("DELETE FROM claim");
      return false;
    }
    for (const { k, noteId } of notes) {
      const id = parseNoteId(noteId);
      if (id !== null) await this.#ports.claim(id, claim.guest, to);
      this.#sql.run("UPDATE claim SET after_k = ? WHERE k = 1 AND target = ? AND after_k < ?", k, claim.target, k);
    }
    return this.isOwing;
  }

  #claim(): { readonly guest: string; readonly target: string; readonly afterK: number } | null {
    const [row] = this.#sql.run("SELECT guest, target, after_k FROM claim WHERE k = 1");
    if (row === undefined) return null;
    return { guest: stringOf(row, "guest"), target: stringOf(row, "target"), afterK: integerOf(row, "after_k") };
  }
}
