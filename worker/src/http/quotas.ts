// How much one address and one guest may make in a day: counted in D1, so that it holds over all isolates. What came to nothing
// is given back. Accounts have no such quota.
import { operationAt } from "@reed/api/operations";
import * as v from "valibot";
import { callerOf } from "../auth/credentials.ts";
import type { AppContext, AppMiddleware } from "./context.ts";
import { ApiProblem } from "./problem.ts";
import { addressKeyOf } from "./subject.ts";

export type QuotaKind = "guests" | "notes" | "reports";

/** An address may be a whole school or a mobile network; a guest is one person who has not signed up. */
const DAILY_QUOTAS = {
  address: { guests: 200, notes: 1000, reports: 50 },
  guest: { guests: 0, notes: 200, reports: 20 },
} as const satisfies Record<string, Readonly<Record<QuotaKind, number>>>;

/** By the id of an operation. */
const MAKES: Readonly<Record<string, QuotaKind | undefined>> = {
  becomeGuest: "guests",
  createAccount: "guests",
  createNote: "notes",
  foundNote: "notes",
  duplicateNote: "notes",
  reportNote: "reports",
};

const DAY_MS = 24 * 3600 * 1000;
const KEPT_DAYS = 2;
const usedSchema = v.object({ used: v.number() });

/** Counts what a call makes, and refuses what is too much before it is made. */
export const limitMaking: AppMiddleware = async (c, next) => {
  const kind = MAKES[operationAt(c.req.method, c.req.path)?.id ?? ""];
  const address = addressKeyOf(c);
  if (kind === undefined || address === null) return next();
  const nowMs = Date.now();
  const taken: string[] = [];
  for (const { key, limit } of await subjectsOf(c, kind, address)) {
    if (await take(c.env.PLATFORM, key, kind, nowMs, limit)) {
      taken.push(key);
      continue;
    }
    await giveBack(c.env.PLATFORM, taken, kind, nowMs);
    const waitS = Math.ceil((DAY_MS - (nowMs % DAY_MS)) / 1000);
    throw new ApiProblem("quota_reached", kind, { "Retry-After": String(waitS) });
  }
  await next();
  if (c.res.status !== 201 && c.res.status !== 202) await giveBack(c.env.PLATFORM, taken, kind, nowMs);
  return undefined;
};

async function subjectsOf(
  c: AppContext,
  kind: QuotaKind,
  address: string,
): Promise<readonly { readonly key: string; readonly limit: number }[]> {
  const byAddress = { key: address, limit: DAILY_QUOTAS.address[kind] };
  if (kind === "guests") return [byAddress];
  const caller = await callerOf(c);
  if (caller === null) return [byAddress];
  return caller.isGuest ? [byAddress, { key: `guest:${caller.userId}`, limit: DAILY_QUOTAS.guest[kind] }] : [];
}

async function take(db: D1Database, subject: string, kind: QuotaKind, nowMs: number, limit: number): Promise<boolean> {
  const day = Math.floor(nowMs / DAY_MS);
  const [counted] = await db.batch([
    db
      .prepare(
        `INSERT INTO quotas (subject, kind, day, used) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT (subject, kind, day) DO UPDATE SET used = used + 1 WHERE used < ?4 RETURNING used`,
      )
      .bind(subject, kind, day, limit),
    db
      .prepare(
        "DELETE FROM quotas WHERE (subject, kind, day) IN (SELECT subject, kind, day FROM quotas WHERE day < ? LIMIT 2)",
      )
      .bind(day - KEPT_DAYS),
  ]);
  return v.safeParse(usedSchema, counted?.results[0]).success;
}

async function giveBack(db: D1Database, subjects: readonly string[], kind: QuotaKind, nowMs: number): Promise<void> {
  const day = Math.floor(nowMs / DAY_MS);
  const statement = "UPDATE quotas SET used = used - 1 WHERE subject = ? AND kind = ? AND day = ?";
  if (subjects.length > 0) await db.batch(subjects.map((subject) => db.prepare(statement).bind(subject, kind, day)));
}
