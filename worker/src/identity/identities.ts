// Who a user is elsewhere, in D1: the people whom Discord vouches for. Owns every statement on `identities` but the guest rule's
// (guest-rule.ts). One person of a provider is one user, however many requests say so at once.
import type { OwnUser } from "@reed/api";
import * as v from "valibot";
import { newUser } from "./users.ts";

/** Whom a provider vouches for. */
export interface Identity {
  readonly provider: "discord";
  /** The provider's id of the person. */
  readonly subject: string;
}

export interface IdentifiedUser {
  readonly user: OwnUser;
  readonly isDeleted: boolean;
}

const rowSchema = v.object({
  id: v.string(),
  name: v.string(),
  color: v.string(),
  username: v.nullable(v.string()),
  deleted: v.nullable(v.number()),
});

/** The user that the person is; made with `name` where there is none yet. */
export async function userOfIdentity(
  db: D1Database,
  { provider, subject }: Identity,
  name: string,
  nowMs: number,
): Promise<IdentifiedUser> {
  const user = newUser({ name }, nowMs);
  // A batch is one transaction, so of two that make the same person at once the second finds what the first has made.
  const results = await db.batch([
    db
      .prepare(
        `INSERT INTO users (id, name, color, created) SELECT ?1, ?2, ?3, ?4
         WHERE NOT EXISTS (SELECT 1 FROM identities WHERE provider = ?5 AND subject = ?6)`,
      )
      .bind(user.id, user.name, user.color, nowMs, provider, subject),
    db
      .prepare(
        `INSERT INTO identities (provider, subject, user_id, created)
         SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM users WHERE id = ?3)`,
      )
      .bind(provider, subject, user.id, nowMs),
    db
      .prepare(
        `SELECT users.id, name, color, username, deleted FROM identities JOIN users ON users.id = identities.user_id
         WHERE provider = ? AND subject = ?`,
      )
      .bind(provider, subject),
  ]);
  const { deleted, ...found } = v.parse(rowSchema, results.at(-1)?.results[0]);
  return { user: found, isDeleted: deleted !== null };
}

/** The id of the user that the person is; null for who was never here. */
export async function findByIdentity(db: D1Database, { provider, subject }: Identity): Promise<string | null> {
  const row = await db
    .prepare("SELECT user_id AS id FROM identities WHERE provider = ? AND subject = ?")
    .bind(provider, subject)
    .first();
  return row === null ? null : v.parse(v.object({ id: v.string() }), row).id;
}

/** What `from` was elsewhere, `to` is, if `from` was merged into it earlier in the batch. */
export function moveIdentitiesStatement(db: D1Database, from: string, to: string): D1PreparedStatement {
  return db
    .prepare(
      "UPDATE identities SET user_id = ? WHERE user_id = (SELECT id FROM users WHERE id = ? AND merged_into = ?)",
    )
    .bind(to, from, to);
}
