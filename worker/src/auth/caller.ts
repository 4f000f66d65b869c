// Who calls, as the platform knows them now: one read for every call, so that a sign-in that was ended, and an account that was
// deleted, is nobody from the next call on.
import * as v from "valibot";
import { ApiProblem } from "../http/problem.ts";
import type { Bearer } from "./access-token.ts";

export interface Caller extends Bearer {
  /** Has no username yet. */
  readonly isGuest: boolean;
  readonly name: string;
}

const rowSchema = v.object({
  name: v.string(),
  username: v.nullable(v.string()),
  deleted: v.nullable(v.number()),
  merged_into: v.nullable(v.string()),
  ended: v.nullable(v.number()),
  expires: v.number(),
  revoked: v.nullable(v.number()),
});

const READ = `
  SELECT users.name, users.username, users.deleted, users.merged_into, sessions.ended, sessions.expires,
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
  return { ...bearer, isGuest: row.username === null, name: row.name };
}
