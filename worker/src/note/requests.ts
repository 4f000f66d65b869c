// Who asks to be let in: one row a person, with what they say. An answer is kept for a while, so that it can be given twice, and so
// that whoever was told no doesn't ask every minute.
import { type Role, ROLES } from "@reed/access";
import { integerOf, type Sql, type SqlRow } from "@reed/room";
import * as v from "valibot";
import type { Named } from "../library/events.ts";

export const REQUESTS_TABLE = `CREATE TABLE access_requests (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE,
  message TEXT,
  at_us INTEGER NOT NULL,
  answer TEXT,
  answered_us INTEGER
)`;

/** Open ones of one note; who comes after asks again another day. */
const MAX_OPEN = 100;
/** After an answer one may ask again only then. */
const QUIET_US = 24 * 3_600_000_000;

export interface AccessRequest {
  readonly id: string;
  readonly userId: string;
  readonly message: string | null;
  readonly atUs: number;
  /** null while it is open; "none": nothing was given. */
  readonly answer: Role | "none" | null;
}

const rowSchema = v.object({
  id: v.string(),
  user_id: v.string(),
  message: v.nullable(v.string()),
  answer: v.nullable(v.picklist([...ROLES, "none"])),
});

export class RequestTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Open ones, oldest first. */
  list(): readonly AccessRequest[] {
    return this.#sql.run("SELECT * FROM access_requests WHERE answer IS NULL ORDER BY at_us, id").map(requestOf);
  }

  find(id: string): AccessRequest | null {
    const [row] = this.#sql.run("SELECT * FROM access_requests WHERE id = ?", id);
    return row === undefined ? null : requestOf(row);
  }

  /** One more, or in place of what they said before; an open one keeps its id. False where it is too much, and is not heard. */
  ask(id: string, { id: userId }: Named, message: string | null, atUs: number): boolean {
    const [row] = this.#sql.run("SELECT answered_us FROM access_requests WHERE user_id = ?", userId);
    const answeredUs = row === undefined || row["answered_us"] === null ? null : integerOf(row, "answered_us");
    if (answeredUs !== null && atUs < answeredUs + QUIET_US) return false;
    if (row === undefined && this.list().length >= MAX_OPEN) return false;
    this.#sql.run(
      `INSERT INTO access_requests (id, user_id, message, at_us) VALUES (?, ?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET message = excluded.message, at_us = excluded.at_us, answer = NULL, answered_us = NULL`,
      id,
      userId,
      message,
      atUs,
    );
    return true;
  }

  answer(id: string, role: Role | null, atUs: number): void {
    this.#sql.run(
      "UPDATE access_requests SET answer = ?, answered_us = ?, message = NULL WHERE id = ?",
      role ?? "none",
      atUs,
      id,
    );
  }

  drop(userId: string): void {
    this.#sql.run("DELETE FROM access_requests WHERE user_id = ?", userId);
  }
}

function requestOf(row: SqlRow): AccessRequest {
  const { id, user_id: userId, message, answer } = v.parse(rowSchema, row);
  return { id, userId, message, answer, atUs: integerOf(row, "at_us") };
}
