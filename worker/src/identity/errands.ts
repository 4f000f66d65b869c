// What a library must be told because of a change in the platform's tables: cut what a sign-in had open, take over a guest's notes.
// An errand is written with the change itself and done at once; where the library does not answer, the timer does it later. To do
// one twice does no harm.
import * as v from "valibot";
import type { Env } from "../env.ts";
import type { CutScope } from "../library/events.ts";
import { log } from "../log.ts";

export type Errand =
  /** Everything that the user has open: who may go on comes back. */
  | { readonly type: "cut"; readonly userId: string }
  | { readonly type: "claim"; readonly from: string; readonly to: string };

export interface PlannedErrand {
  readonly id: string;
  readonly errand: Errand;
  /** To be run in the batch of the change. */
  readonly statement: D1PreparedStatement;
}

const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 3_600_000;
const MAX_PER_RUN = 100;

const errandSchema = v.variant("type", [
  v.object({ type: v.literal("cut"), userId: v.string() }),
  v.object({ type: v.literal("claim"), from: v.string(), to: v.string() }),
]);
const rowSchema = v.object({ id: v.string(), body: v.string(), failures: v.number() });

export function planErrand(db: D1Database, errand: Errand, nowMs: number): PlannedErrand {
  const id = crypto.randomUUID();
  const statement = db
    .prepare("INSERT INTO errands (id, body, due) VALUES (?, ?, ?)")
    .bind(id, JSON.stringify(errand), nowMs + FIRST_RETRY_MS);
  return { id, errand, statement };
}

/** As planErrand, for what follows from `from` having been merged into `to` earlier in the batch; else nothing is planned. */
export function planAfterMerge(
  db: D1Database,
  errand: Errand,
  { from, to }: { readonly from: string; readonly to: string },
  nowMs: number,
): PlannedErrand {
  const id = crypto.randomUUID();
  const statement = db
    .prepare(
      `INSERT INTO errands (id, body, due)
       SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM users WHERE id = ? AND merged_into = ?)`,
    )
    .bind(id, JSON.stringify(errand), nowMs + FIRST_RETRY_MS, from, to);
  return { id, errand, statement };
}

/** Does what was planned, after its batch. What fails is done later. */
export async function doErrand(env: Env, { id, errand }: PlannedErrand): Promise<void> {
  await settle(env, id, 0, Date.now(), () => run(env, errand));
}

/** As doErrand for a cut, where it is known what exactly has to be cut. */
export async function doCuts(
  env: Env,
  { id }: PlannedErrand,
  userId: string,
  scopes: readonly CutScope[],
): Promise<void> {
  await settle(env, id, 0, Date.now(), async () => {
    await Promise.all(scopes.map((scope) => libraryOf(env, userId).cut(userId, scope)));
  });
}

/** Does what could not be done before. Called by the timer. */
export async function doLateErrands(env: Env, nowMs: number): Promise<void> {
  const { results } = await env.PLATFORM.prepare(
    "SELECT id, body, failures FROM errands WHERE due <= ? ORDER BY due LIMIT ?",
  )
    .bind(nowMs, MAX_PER_RUN)
    .all();
  for (const found of results) {
    const { id, body, failures } = v.parse(rowSchema, found);
    const errand = v.parse(errandSchema, JSON.parse(body));
    await settle(env, id, failures, nowMs, () => run(env, errand));
  }
}

async function settle(env: Env, id: string, failures: number, nowMs: number, task: () => Promise<void>): Promise<void> {
  try {
    await task();
    await env.PLATFORM.prepare("DELETE FROM errands WHERE id = ?").bind(id).run();
  } catch (error) {
    log("error", { duty: "errand", failures: failures + 1, error: error instanceof Error ? error.name : "unknown" });
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    await env.PLATFORM.prepare("UPDATE errands SET failures = ?, due = ? WHERE id = ?")
      .bind(failures + 1, nowMs + waitMs, id)
      .run();
  }
}

async function run(env: Env, errand: Errand): Promise<void> {
  if (errand.type === "claim") await libraryOf(env, errand.from).claimInto(errand.from, errand.to);
  else await libraryOf(env, errand.userId).cut(errand.userId, {});
}

function libraryOf(env: Env, userId: string) {
  return env.LIBRARY.get(env.LIBRARY.idFromName(userId));
}
