// The names of the people in a note: whoever shares, is shared with, writes or comes in is named once, so that lists and history
// can say who it was without asking anybody. A guest who became a user with an account is that user, also in what was written before.
import { type Principal, userIdOf, userPrincipal } from "@reed/log";
import type { Sql } from "@reed/room";
import * as v from "valibot";
import type { Named } from "../library/events.ts";

export const PEOPLE_TABLE = `CREATE TABLE people (
  user_id TEXT PRIMARY KEY,
  name TEXT,
  first_us INTEGER NOT NULL,
  alias_of TEXT
) WITHOUT ROWID`;

/** Of whom nobody said a name, or who has gone for good. */
export const NAMELESS = "Somebody";
/** A guest may be claimed by a guest who is claimed in turn; more is a circle. */
const MAX_ALIASES = 8;

const rowSchema = v.object({ name: v.nullable(v.string()), alias_of: v.nullable(v.string()) });

/** A principal as history shows it. */
export interface PersonOf {
  readonly principal: string;
  /** null: it has none, or nobody said it. */
  readonly name: string | null;
}

export class People {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  learn({ id, name }: Named, nowUs: number): void {
    if (this.#row(id)?.name === name) return;
    this.#sql.run(
      `INSERT INTO people (user_id, name, first_us) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET name = excluded.name`,
      id,
      name,
      nowUs,
    );
  }

  knows(userId: string): boolean {
    return this.#row(userId) !== null;
  }

  /** Who `userId` is now. */
  named(userId: string): Named {
    let [id, row] = [userId, this.#row(userId)];
    for (let step = 0; step < MAX_ALIASES && typeof row?.alias_of === "string"; step += 1)
      [id, row] = [row.alias_of, this.#row(row.alias_of)];
    return { id, name: row?.name ?? NAMELESS };
  }

  /** A principal as history shows it: of a user who is now, with a name if there is one. */
  personOf(principal: string): PersonOf {
    const userId = userIdOf(principal as Principal);
    if (userId === null) return { principal, name: null };
    const { id, name } = this.named(userId);
    return { principal: userPrincipal(id), name: name === NAMELESS ? null : name };
  }

  /** From here on `from` is `to`, whose name is known already. */
  alias(from: string, to: string, nowUs: number): void {
    this.#sql.run(
      `INSERT INTO people (user_id, first_us, alias_of) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET alias_of = excluded.alias_of`,
      from,
      nowUs,
      to,
    );
    this.#sql.run("UPDATE people SET alias_of = NULL WHERE user_id = ?", to);
  }

  /** The name goes; what was written stays written by somebody. */
  forget(userId: string): void {
    this.#sql.run("UPDATE people SET name = NULL WHERE user_id = ?", userId);
  }

  #row(userId: string): v.InferOutput<typeof rowSchema> | null {
    const [row] = this.#sql.run("SELECT name, alias_of FROM people WHERE user_id = ?", userId);
    return row === undefined ? null : v.parse(rowSchema, row);
  }
}
