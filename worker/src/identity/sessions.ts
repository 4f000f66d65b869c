// Sign-ins, in D1. Owns every statement on sessions and refresh_tokens. A guest has a session for each device (or for a note that
// was made without one) and no refresh tokens: its device's proof gives it a new access token.
import * as v from "valibot";
import { type CallerSpace, spaceColumns, spaceOf } from "../auth/caller-space.ts";
import { type GivenToken, type MadeToken, type RefreshHashes, SESSION_MS } from "../auth/refresh-token.ts";
import { uuidV7 } from "./uuid.ts";

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly device: Uint8Array | null;
  /** As the header has it. */
  readonly userAgent: string;
  /** null: a guest's. */
  readonly refresh: RefreshHashes | null;
  /** Where in Discord it is opened. */
  readonly space?: CallerSpace | null | undefined;
}

/** What must still hold when the session is kept: that the password is the one of this time, or that the person is this user. */
export type SessionGuard = { readonly changedMs: number } | { readonly discordId: string };

export interface SessionEntry {
  readonly id: string;
  readonly createdMs: number;
  readonly lastUsedMs: number;
  readonly userAgent: string;
}

/** The session that a refresh token belongs to, and where the two stand. */
export interface RefreshRow {
  readonly sessionId: string;
  readonly userId: string;
  readonly isLive: boolean;
  readonly isDeleted: boolean;
  readonly generation: number;
  readonly rotatedMs: number | null;
  readonly given: number | null;
  readonly space: CallerSpace | null;
}

/** Of a session that is kept alive from inside Discord; its access tokens last half of it. */
const SPACE_SESSION_MS = 30 * 60 * 1000;
const MAX_USER_AGENT_CHARS = 200;
const MAX_LISTED = 100;
/** A session that is over stays this long, so that its tokens are told why. */
const KEPT_AFTER_MS = 24 * 3600 * 1000;
const SWEPT_AT_ONCE = 500;

const idSchema = v.object({ id: v.string() });

export function newSessionId(nowMs: number): string {
  return uuidV7(nowMs, crypto.getRandomValues(new Uint8Array(10)));
}

/** Keeps a session. With a guard: only if the user is there and what it says still holds. */
export function sessionStatements(
  db: D1Database,
  session: NewSession,
  nowMs: number,
  guard: SessionGuard | null = null,
): readonly D1PreparedStatement[] {
  const { id, userId, device, userAgent, refresh, space = null } = session;
  const shownAgent = userAgent.slice(0, MAX_USER_AGENT_CHARS);
  const kept = db
    .prepare(
      `INSERT INTO sessions
         (id, user_id, device, user_agent, created, last_used, expires, family, generation, channel, guild, instance, discord)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?11, ?12, ?13, ?14 WHERE ${conditionOf(guard)}`,
    )
    .bind(
      id,
      userId,
      device,
      shownAgent,
      nowMs,
      nowMs,
      nowMs + lifetimeOf(space),
      refresh?.family ?? null,
      0,
      guardValue(guard),
      space?.channelId ?? null,
      space?.guildId ?? null,
      space?.instance ?? null,
      space?.discordId ?? null,
    );
  return refresh === null ? [kept] : [kept, tokenStatement(db, id, refresh, 0)];
}

/** How long a session lasts after its last refresh. */
function lifetimeOf(space: CallerSpace | null): number {
  return space === null ? SESSION_MS : SPACE_SESSION_MS;
}

/** ?2 is the user, ?10 what the guard says. */
function conditionOf(guard: SessionGuard | null): string {
  if (guard === null) return "?10 IS NULL";
  return "changedMs" in guard
    ? `EXISTS (SELECT 1 FROM credentials JOIN users ON users.id = credentials.user_id
         WHERE users.id = ?2 AND users.deleted IS NULL AND credentials.changed = ?10)`
    : `EXISTS (SELECT 1 FROM identities JOIN users ON users.id = identities.user_id
         WHERE users.id = ?2 AND users.deleted IS NULL AND provider = 'discord' AND subject = ?10)`;
}

function guardValue(guard: SessionGuard | null): number | string | null {
  if (guard === null) return null;
  return "changedMs" in guard ? guard.changedMs : guard.discordId;
}

/** Gives the caller's own session refresh tokens, when a guest becomes an account: what it has open stays open. */
export function promoteStatements(
  db: D1Database,
  { sessionId, space }: { readonly sessionId: string; readonly space: CallerSpace | null },
  refresh: RefreshHashes,
  nowMs: number,
): readonly D1PreparedStatement[] {
  return [
    db
      .prepare("UPDATE sessions SET family = ?, last_used = ?, expires = ? WHERE id = ? AND ended IS NULL")
      .bind(refresh.family, nowMs, nowMs + lifetimeOf(space), sessionId),
    tokenStatement(db, sessionId, refresh, 0),
  ];
}

/** The guest's session at this device, prolonged; a new one where there is none. */
export async function guestSession(
  db: D1Database,
  userId: string,
  device: Uint8Array,
  userAgent: string,
  nowMs: number,
): Promise<string> {
  const known = await db
    .prepare(
      `UPDATE sessions SET last_used = ?1, expires = ?2 WHERE id = (
         SELECT id FROM sessions WHERE user_id = ?3 AND device = ?4 AND ended IS NULL AND expires > ?1 LIMIT 1
       ) RETURNING id`,
    )
    .bind(nowMs, nowMs + SESSION_MS, userId, device)
    .first();
  if (known !== null) return v.parse(idSchema, known).id;
  const id = newSessionId(nowMs);
  await db.batch([...sessionStatements(db, { id, userId, device, userAgent, refresh: null }, nowMs)]);
  return id;
}

const refreshSchema = v.pipe(
  v.object({
    id: v.string(),
    user_id: v.string(),
    ended: v.nullable(v.number()),
    expires: v.number(),
    deleted: v.nullable(v.number()),
    generation: v.number(),
    rotated: v.nullable(v.number()),
    given: v.nullable(v.number()),
    ...spaceColumns,
  }),
);

/** null for a token of no family of ours. */
export async function findByRefreshToken(
  db: D1Database,
  { family, token }: GivenToken,
  nowMs: number,
): Promise<RefreshRow | null> {
  const found = await db
    .prepare(
      `SELECT sessions.id, sessions.user_id, sessions.ended, sessions.expires, users.deleted, sessions.generation,
         sessions.rotated, refresh_tokens.generation AS given,
         sessions.channel, sessions.guild, sessions.instance, sessions.discord
       FROM sessions JOIN users ON users.id = sessions.user_id
         LEFT JOIN refresh_tokens ON refresh_tokens.session_id = sessions.id AND refresh_tokens.hash = ?2
       WHERE sessions.family = ?1`,
    )
    .bind(family, token)
    .first();
  if (found === null) return null;
  const row = v.parse(refreshSchema, found);
  return {
    sessionId: row.id,
    userId: row.user_id,
    isLive: row.ended === null && row.expires > nowMs,
    isDeleted: row.deleted !== null,
    generation: row.generation,
    rotatedMs: row.rotated,
    given: row.given,
    space: spaceOf(row),
  };
}

/**
 * Begins the generation after `row`'s with a token, or adds the token to one that has just begun. What is older than the one
 * before the newest is no longer known by itself, only by its family.
 */
export async function keepRefreshToken(
  db: D1Database,
  row: RefreshRow,
  step: "next" | "again",
  token: MadeToken,
  nowMs: number,
): Promise<void> {
  const { sessionId, generation, space } = row;
  const prolong = db
    .prepare("UPDATE sessions SET last_used = ?, expires = ? WHERE id = ? AND ended IS NULL")
    .bind(nowMs, nowMs + lifetimeOf(space), sessionId);
  if (step === "again") {
    await db.batch([prolong, tokenStatement(db, sessionId, token, generation)]);
    return;
  }
  await db.batch([
    prolong,
    db
      .prepare("UPDATE sessions SET generation = ?, rotated = ? WHERE id = ? AND generation = ?")
      .bind(generation + 1, nowMs, sessionId, generation),
    db.prepare("DELETE FROM refresh_tokens WHERE session_id = ? AND generation < ?").bind(sessionId, generation),
    tokenStatement(db, sessionId, token, generation + 1),
  ]);
}

/** Ends one session of a user; it may have ended. */
export function endStatement(db: D1Database, userId: string, sessionId: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare("UPDATE sessions SET ended = ? WHERE id = ? AND user_id = ? AND ended IS NULL RETURNING id")
    .bind(nowMs, sessionId, userId);
}

/** Ends all sessions of a user but one (null: all). RETURNING their ids. */
export function endOthersStatement(
  db: D1Database,
  userId: string,
  keptId: string | null,
  nowMs: number,
): D1PreparedStatement {
  return db
    .prepare("UPDATE sessions SET ended = ? WHERE user_id = ? AND id <> ? AND ended IS NULL RETURNING id")
    .bind(nowMs, userId, keptId ?? "");
}

/** Ends the sessions of a user at one device. RETURNING their ids. */
export function endAtDeviceStatement(
  db: D1Database,
  userId: string,
  device: Uint8Array,
  nowMs: number,
): D1PreparedStatement {
  return db
    .prepare("UPDATE sessions SET ended = ? WHERE user_id = ? AND device = ? AND ended IS NULL RETURNING id")
    .bind(nowMs, userId, device);
}

/** The ids that a statement of the above gave back. */
export function endedIds(result: D1Result | undefined): readonly string[] {
  return (result?.results ?? []).map((row) => v.parse(idSchema, row).id);
}

/** Whether the user has a session of this id that has not ended. */
export async function hasSession(db: D1Database, userId: string, sessionId: string, nowMs: number): Promise<boolean> {
  const found = await db
    .prepare("SELECT id FROM sessions WHERE id = ? AND user_id = ? AND ended IS NULL AND expires > ?")
    .bind(sessionId, userId, nowMs)
    .first();
  return found !== null;
}

/** Where in Discord the user's session was opened, whether or not it has ended; null: elsewhere. */
export async function spaceOfSession(db: D1Database, userId: string, sessionId: string): Promise<CallerSpace | null> {
  const found = await db
    .prepare("SELECT channel, guild, instance, discord FROM sessions WHERE id = ? AND user_id = ?")
    .bind(sessionId, userId)
    .first();
  return found === null ? null : spaceOf(v.parse(v.object(spaceColumns), found));
}

/** From now on the session is that device's. */
export async function bindDevice(db: D1Database, sessionId: string, device: Uint8Array): Promise<void> {
  await db.prepare("UPDATE sessions SET device = ? WHERE id = ?").bind(device, sessionId).run();
}

const entrySchema = v.object({ id: v.string(), created: v.number(), last_used: v.number(), user_agent: v.string() });

/** Those that have not ended, the last used first. */
export async function listSessions(db: D1Database, userId: string, nowMs: number): Promise<readonly SessionEntry[]> {
  const { results } = await db
    .prepare(
      `SELECT id, created, last_used, user_agent FROM sessions WHERE user_id = ? AND ended IS NULL AND expires > ?
       ORDER BY last_used DESC, id DESC LIMIT ?`,
    )
    .bind(userId, nowMs, MAX_LISTED)
    .all();
  return results.map((found) => {
    const row = v.parse(entrySchema, found);
    return { id: row.id, createdMs: row.created, lastUsedMs: row.last_used, userAgent: row.user_agent };
  });
}

/** Drops sessions that are over, some at a time. */
export async function sweepSessions(db: D1Database, nowMs: number): Promise<void> {
  await db
    .prepare(
      `DELETE FROM sessions WHERE id IN (
         SELECT id FROM sessions WHERE expires < ?1 OR ended < ?1 LIMIT ?2)`,
    )
    .bind(nowMs - KEPT_AFTER_MS, SWEPT_AT_ONCE)
    .run();
}

function tokenStatement(
  db: D1Database,
  sessionId: string,
  { token }: RefreshHashes,
  generation: number,
): D1PreparedStatement {
  return db
    .prepare(
      "INSERT INTO refresh_tokens (hash, session_id, generation) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM sessions WHERE id = ?2)",
    )
    .bind(token, sessionId, generation);
}
