// Who has the note: the users among the grants of its log, as a table. The log decides; each control op is projected in the
// commit that stores it, and what the log does not say in one place is added: since when, and by whom.
import { isRole, type Role, ROLES } from "@reed/access";
import { type Grant, type Grants, type Principal, userIdOf } from "@reed/log";
import { integerOf, type Sql, type SqlRow } from "@reed/room";
import * as v from "valibot";

export const MEMBERS_TABLE = `CREATE TABLE members (
  user_id TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  since_us INTEGER NOT NULL,
  shared_by TEXT
) WITHOUT ROWID`;

/** People of one note. */
export const MAX_MEMBERS = 500;

export interface MemberRow {
  readonly userId: string;
  readonly role: Role;
  /** Since when they have had the note, in whatever role. */
  readonly sinceUs: number;
  /** User id; null for whoever made the note, and where a link or nobody known gave it. */
  readonly sharedBy: string | null;
}

const rowSchema = v.object({ user_id: v.string(), role: v.picklist(ROLES), shared_by: v.nullable(v.string()) });

export class MemberTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  get count(): number {
    const [row] = this.#sql.run("SELECT count(*) AS members FROM members");
    return row === undefined ? 0 : integerOf(row, "members");
  }

  get isEmpty(): boolean {
    return this.#sql.run("SELECT 1 FROM members LIMIT 1").length === 0;
  }

  /** Owners first, then editors; of one role whoever has had it longest. */
  list(): readonly MemberRow[] {
    const rows = this.#sql.run("SELECT * FROM members ORDER BY since_us, user_id").map(memberOf);
    return rows.toSorted((a, b) => ROLES.indexOf(b.role) - ROLES.indexOf(a.role));
  }

  find(userId: string): MemberRow | null {
    const [row] = this.#sql.run("SELECT * FROM members WHERE user_id = ?", userId);
    return row === undefined ? null : memberOf(row);
  }

  /** What a control op by `actor` changed at `atUs`. The users whom it was about. */
  apply(changes: readonly Grant[], actor: Principal | null, atUs: number): readonly string[] {
    const by = userIdOf(actor);
    return changes.flatMap(({ principal, role }) => {
      const userId = userIdOf(principal);
      if (userId === null) return [];
      if (isRole(role)) this.#put({ userId, role, sinceUs: atUs, sharedBy: by === userId ? null : by });
      else this.#sql.run("DELETE FROM members WHERE user_id = ?", userId);
      return [userId];
    });
  }

  /** For a note that is older than this table. */
  seed(grants: Grants, sinceUs: number): void {
    this.apply([...grants.values()], null, sinceUs);
  }

  /** `userId` has the note for as long, and from whom, as `before` had it. */
  inherit(userId: string, before: MemberRow): void {
    this.#sql.run(
      "UPDATE members SET since_us = ?, shared_by = ? WHERE user_id = ? AND since_us > ?",
      before.sinceUs,
      before.sharedBy,
      userId,
      before.sinceUs,
    );
  }

  #put({ userId, role, sinceUs, sharedBy }: MemberRow): void {
    this.#sql.run(
      `INSERT INTO members (user_id, role, since_us, shared_by) VALUES (?, ?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET role = excluded.role`,
      userId,
      role,
      sinceUs,
      sharedBy,
    );
  }
}

function memberOf(row: SqlRow): MemberRow {
  const { user_id: userId, role, shared_by: sharedBy } = v.parse(rowSchema, row);
  return { userId, role, sinceUs: integerOf(row, "since_us"), sharedBy };
}
