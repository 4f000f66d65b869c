// Ending sign-ins: the rows first, so that nothing new opens, then what is open. Where a library can't be reached, all that its user
// has open is cut as soon as it can be.
import type { Env } from "../env.ts";
import type { CutScope } from "../library/events.ts";
import { deleteStatement } from "./accounts.ts";
import { revokeStatement } from "./devices.ts";
import { doCuts, planErrand } from "./errands.ts";
import { endAtDeviceStatement, endedIds, endOthersStatement, endStatement } from "./sessions.ts";

/** Whether the session was the user's and had not ended. */
export async function endSession(env: Env, userId: string, sessionId: string): Promise<boolean> {
  const nowMs = Date.now();
  const [ended] = await cutAfter(
    env,
    userId,
    [endStatement(env.PLATFORM, userId, sessionId, nowMs)],
    nowMs,
    toSessions,
  );
  return endedIds(ended).length > 0;
}

/** Ends all sessions of the user but `keptId`. `change` happens in the same step. */
export async function endOtherSessions(
  env: Env,
  userId: string,
  keptId: string,
  change: readonly D1PreparedStatement[] = [],
): Promise<void> {
  const nowMs = Date.now();
  const ending = endOthersStatement(env.PLATFORM, userId, keptId, nowMs);
  await cutAfter(env, userId, [ending, ...change], nowMs, toSessions);
}

/** Whether the device was the user's and not revoked yet. Its sessions end with it. */
export async function revokeDevice(env: Env, userId: string, device: Uint8Array): Promise<boolean> {
  const nowMs = Date.now();
  const db = env.PLATFORM;
  const statements = [endAtDeviceStatement(db, userId, device, nowMs), revokeStatement(db, userId, device, nowMs)];
  const [, revoked] = await cutAfter(env, userId, statements, nowMs, (ended) => [{ device }, ...toSessions(ended)]);
  return (revoked?.results.length ?? 0) > 0;
}

/** The user is deleted, and all that is open is cut. For 30 days it can be taken back. */
export async function deleteUser(env: Env, userId: string): Promise<void> {
  const nowMs = Date.now();
  const db = env.PLATFORM;
  const statements = [endOthersStatement(db, userId, null, nowMs), deleteStatement(db, userId, nowMs)];
  await cutAfter(env, userId, statements, nowMs, () => [{}]);
}

/** Runs the statements as one, then cuts what `scopesOf` makes of the sessions that the first one ended. */
async function cutAfter(
  env: Env,
  userId: string,
  statements: readonly D1PreparedStatement[],
  nowMs: number,
  scopesOf: (ids: readonly string[]) => readonly CutScope[],
): Promise<readonly D1Result[]> {
  const late = planErrand(env.PLATFORM, { type: "cut", userId }, nowMs);
  const results = (await env.PLATFORM.batch([...statements, late.statement])).slice(0, -1);
  await doCuts(env, late, userId, scopesOf(endedIds(results[0])));
  return results;
}

function toSessions(ids: readonly string[]): readonly CutScope[] {
  return ids.map((sessionId) => ({ sessionId }));
}
