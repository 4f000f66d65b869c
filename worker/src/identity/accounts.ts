// Accounts, in D1: usernames and their credentials, and a user's state between "here" and "gone". Owns every statement on
// usernames and credentials.
import { createHmac } from "node:crypto";
import type { OwnUser, User } from "@reed/api";
import * as v from "valibot";
import { moveIdentitiesStatement } from "./identities.ts";
import type { PasswordHash } from "./passwords.ts";

/** How long a deleted account can be taken back. */
export const GRACE_MS = 30 * 24 * 3600 * 1000;

export interface Account {
  readonly user: OwnUser;
  readonly password: PasswordHash;
  /** When the password was set. */
  readonly changedMs: number;
  readonly isDeleted: boolean;
}

const blobField = v.pipe(
  v.array(v.number()),
  v.transform((bytes) => Uint8Array.from(bytes)),
);

const accountSchema = v.object({
  id: v.string(),
  name: v.string(),
  color: v.string(),
  username: v.string(),
  deleted: v.nullable(v.number()),
  n: v.number(),
  r: v.number(),
  p: v.number(),
  salt: blobField,
  hash: blobField,
  changed: v.number(),
});

const READ = `
  SELECT users.id, name, color, username, deleted, n, r, p, salt, hash, changed
  FROM users JOIN credentials ON credentials.user_id = users.id`;

/** Also a deleted one, while it can be taken back. */
export async function findAccountNamed(db: D1Database, username: string): Promise<Account | null> {
  return accountOf(await db.prepare(`${READ} WHERE username = ? AND purging IS NULL`).bind(username).first());
}

export async function findAccount(db: D1Database, userId: string): Promise<Account | null> {
  return accountOf(await db.prepare(`${READ} WHERE users.id = ? AND purging IS NULL`).bind(userId).first());
}

/** Whether anybody has or had the name. */
export async function isUsernameTaken(db: D1Database, pepper: Uint8Array, username: string): Promise<boolean> {
  const digest = usernameDigest(pepper, username);
  return (await db.prepare("SELECT 1 FROM usernames WHERE digest = ?").bind(digest).first()) !== null;
}

/**
 * Gives the user `user`, whose row is there, a username and a password. Fails as a whole where the name is taken, or the user has
 * one already or is gone.
 */
export function accountStatements(
  db: D1Database,
  pepper: Uint8Array,
  user: User,
  username: string,
  password: PasswordHash,
  nowMs: number,
): readonly D1PreparedStatement[] {
  const { cost, salt, hash } = password;
  return [
    db.prepare("INSERT INTO usernames (digest) VALUES (?)").bind(usernameDigest(pepper, username)),
    db
      .prepare(
        // Of a user who was merged into an account meanwhile there is no id, and then nothing of the batch is done.
        `INSERT INTO credentials (user_id, n, r, p, salt, hash, changed)
         VALUES ((SELECT id FROM users WHERE id = ? AND deleted IS NULL AND username IS NULL), ?, ?, ?, ?, ?, ?)`,
      )
      .bind(user.id, cost.n, cost.r, cost.p, salt, hash, nowMs),
    db
      .prepare("UPDATE users SET username = ?, name = ?, color = ? WHERE id = ?")
      .bind(username, user.name, user.color, user.id),
  ];
}

/** Replaces a hash. `changedMs` of the one that it replaces: if that is no longer there, nothing happens. */
export function passwordStatement(
  db: D1Database,
  userId: string,
  { cost, salt, hash }: PasswordHash,
  times: { readonly wasMs: number; readonly isMs: number },
): D1PreparedStatement {
  return db
    .prepare(
      "UPDATE credentials SET n = ?, r = ?, p = ?, salt = ?, hash = ?, changed = ? WHERE user_id = ? AND changed = ?",
    )
    .bind(cost.n, cost.r, cost.p, salt, hash, times.isMs, userId, times.wasMs);
}

export function deleteStatement(db: D1Database, userId: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare("UPDATE users SET deleted = ?, purge_at = ? WHERE id = ? AND deleted IS NULL")
    .bind(nowMs, nowMs + GRACE_MS, userId);
}

/** Takes a deletion back, unless its purge has begun. */
export function restoreStatement(db: D1Database, userId: string): D1PreparedStatement {
  return db
    .prepare(
      "UPDATE users SET deleted = NULL, purge_at = NULL WHERE id = ? AND purging IS NULL AND merged_into IS NULL",
    )
    .bind(userId);
}

/** A user without a username goes up in the account `to`: devices and identities are the account's, and the user is nobody from then on. */
export function mergeStatements(
  db: D1Database,
  from: string,
  to: string,
  nowMs: number,
): readonly D1PreparedStatement[] {
  return [
    db
      .prepare(
        "UPDATE users SET merged_into = ?, deleted = ?, purge_at = ? WHERE id = ? AND username IS NULL AND deleted IS NULL",
      )
      .bind(to, nowMs, nowMs + GRACE_MS, from),
    db
      .prepare("UPDATE devices SET user_id = ? WHERE user_id = (SELECT id FROM users WHERE id = ? AND merged_into = ?)")
      .bind(to, from, to),
    moveIdentitiesStatement(db, from, to),
  ];
}

const foundSchema = v.object({ id: v.string(), name: v.string(), color: v.string(), username: v.string() });

/** Somebody to share with, by the whole username; null for nobody, and for who was deleted. */
export async function findByUsername(
  db: D1Database,
  username: string,
): Promise<v.InferOutput<typeof foundSchema> | null> {
  const row = await db
    .prepare("SELECT id, name, color, username FROM users WHERE username = ? AND deleted IS NULL")
    .bind(username)
    .first();
  return row === null ? null : v.parse(foundSchema, row);
}

function accountOf(found: Record<string, unknown> | null): Account | null {
  if (found === null) return null;
  const { id, name, color, username, deleted, n, r, p, salt, hash, changed } = v.parse(accountSchema, found);
  return {
    user: { id, name, color, username },
    password: { cost: { n, r, p }, salt, hash },
    changedMs: changed,
    isDeleted: deleted !== null,
  };
}

function usernameDigest(pepper: Uint8Array, username: string): Uint8Array {
  return new Uint8Array(createHmac("sha256", pepper).update("reed username\0").update(username).digest());
}
