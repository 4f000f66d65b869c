// Who calls, as the platform knows them now: one read for every call, so that a sign-in that was ended, and an account that was
// deleted, is nobody from the next call on.
import * as v from "valibot";
import { ApiProblem } from "../http/problem.ts";
import { IS_GUEST } from "../identity/guest-rule.ts";
import type { Bearer } from "./access-token.ts";
import { type CallerSpace, spaceColumns, spaceOf } from "./caller-space.ts";

export interface Caller extends Bearer {
  readonly isGuest: boolean;
  /** Has a username and a password. */
  readonly isAccount: boolean;
  readonly name: string;
  /** Where in Discord the session was opened; null: elsewhere. */
  readonly space: CallerSpace | null;
}

const rowSchema = v.object({
  name: v.string(),
  username: v.nullable(v.string()),
  guest: v.number(),
  deleted: v.nullable(v.number()),
  merged_into: v.nullable(v.string()),
  ended: v.nullable(v.number()),
  expires: v.number(),
  revoked: v.nullable(v.number()),
  ...spaceColumns,
});

const READ = `
  SELECT users.name, users.username, ${IS_GUEST} AS guest, users.deleted, users.merged_into, sessions.ended,
    sessions.expires, sessions.channel, sessions.guild, sessions.instance, sessions.discord,
    (SELECT revoked FROM devices WHERE device = ?3) AS revoked
  FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.id = ?1 AND sessions.user_id = ?2`;

/**
 * Throws an ApiProblem where the session or the user is gone, or `device`, by which somebody wants in, was revoked.
 */
export async function callerOfBearer(
  db: D1Database,
  bearer: Bearer,
  nowMs: number,
  device: Uint8Array | null = null,
): Promise<Caller> {
  const found = await db.prepare(READ).bind(bearer.sessionId, bearer.userId, device).first();
  if (found === null) throw new ApiProblem("session_ended");
  const row = v.parse(rowSchema, found);
  if (row.deleted !== null && row.merged_into === null) throw new ApiProblem("account_deleted");
  if (row.ended !== null || row.deleted !== null || row.expires <= nowMs) throw new ApiProblem("session_ended");
  if (row.revoked !== null) throw new ApiProblem("device_revoked");
  const { name, username, guest } = row;
  return { ...bearer, isGuest: guest === 1, isAccount: username !== null, name, space: spaceOf(row) };
}
