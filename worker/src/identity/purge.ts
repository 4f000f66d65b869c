// The end of users who were deleted 30 days ago: first nobody can sign in as them any more, then their library takes them out of every
// note and wipes itself, then nothing is left but an id and the keyed hash of a name that stays taken. Broken off anywhere, it is
// gone on with. Also here: what else the platform's tables forget with time.
import * as v from "valibot";
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { forgetAttempts } from "./attempts.ts";
import { doLateErrands } from "./errands.ts";
import { sweepSessions } from "./sessions.ts";

export interface PurgeReport {
  readonly purged: number;
  /** Due, and not done yet. */
  readonly left: number;
}

const USERS_PER_RUN = 20;
const CALLS_PER_USER = 50;

const idSchema = v.object({ id: v.string() });
const countSchema = v.object({ count: v.number() });

/** Purges who is due at `nowMs`, some at a time. */
export async function purgeDue(env: Env, nowMs: number): Promise<PurgeReport> {
  const { results } = await env.PLATFORM.prepare(
    "SELECT id FROM users WHERE purge_at <= ? AND purged IS NULL ORDER BY purge_at LIMIT ?",
  )
    .bind(nowMs, USERS_PER_RUN)
    .all();
  let purged = 0;
  for (const found of results) if (await purgeUser(env, v.parse(idSchema, found).id, nowMs)) purged += 1;
  const left = await env.PLATFORM.prepare("SELECT COUNT(*) AS count FROM users WHERE purge_at <= ? AND purged IS NULL")
    .bind(nowMs)
    .first();
  return { purged, left: v.parse(countSchema, left).count };
}

/** All that is due by the clock. Called by the timer. */
export async function sweep(env: Env, nowMs: number): Promise<void> {
  const duties = [
    () => doLateErrands(env, nowMs),
    () => purgeDue(env, nowMs),
    () => sweepSessions(env.PLATFORM, nowMs),
    () => forgetAttempts(env.PLATFORM, nowMs),
  ];
  for (const duty of duties) await duty().catch((error: unknown) => logFailure("sweep", error));
}

/** Whether nothing is left of the user. */
async function purgeUser(env: Env, userId: string, nowMs: number): Promise<boolean> {
  const db = env.PLATFORM;
  const begun = "(SELECT id FROM users WHERE id = ? AND purging IS NOT NULL)";
  await db.batch([
    db
      .prepare(
        "UPDATE users SET purging = COALESCE(purging, ?1), username = NULL WHERE id = ?2 AND purge_at <= ?1 AND purged IS NULL",
      )
      .bind(nowMs, userId),
    db.prepare(`DELETE FROM identities WHERE user_id = ${begun}`).bind(userId),
    db.prepare(`DELETE FROM credentials WHERE user_id = ${begun}`).bind(userId),
    db.prepare(`DELETE FROM sessions WHERE user_id = ${begun}`).bind(userId),
  ]);
  if ((await db.prepare(`SELECT id FROM users WHERE id = ${begun}`).bind(userId).first()) === null) return false;
  if (!(await emptyLibrary(env, userId))) return false;
  await db.batch([
    db.prepare("UPDATE users SET name = '', color = '#000000', purged = ? WHERE id = ?").bind(nowMs, userId),
    db
      .prepare("UPDATE devices SET revoked = COALESCE(revoked, ?), name = '', certificate = x'' WHERE user_id = ?")
      .bind(nowMs, userId),
  ]);
  return true;
}

async function emptyLibrary(env: Env, userId: string): Promise<boolean> {
  const library = env.LIBRARY.get(env.LIBRARY.idFromName(userId));
  try {
    for (let calls = 0; calls < CALLS_PER_USER; calls += 1) if (await library.purge(userId)) return true;
  } catch (error) {
    logFailure("purge", error);
  }
  return false;
}

function logFailure(duty: string, error: unknown): void {
  log("error", { duty, error: error instanceof Error ? error.name : "unknown" });
}
