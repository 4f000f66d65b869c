// Signing in and out, and going on. A guest who signs in to an account brings notes and devices along, and so does somebody from
// Discord, whose identity the account has from then on. A session that was opened inside Discord goes on while Discord shows its person
// there.
import { refreshRequestSchema, signInRequestSchema, type Transport } from "@reed/api";
import { Hono } from "hono";
import { callerOf, sessionOfBearer } from "../auth/credentials.ts";
import { judgeRefresh, parseRefreshToken } from "../auth/refresh-token.ts";
import { clearedCookie, clearSessionCookie, sessionCookieOf } from "../auth/session-cookie.ts";
import { enterSpace, isStillThere, leaveSpace } from "../discord/presence.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { addressKeyOf } from "../http/subject.ts";
import { findAccountNamed, mergeStatements, restoreStatement } from "../identity/accounts.ts";
import { requirePassword } from "../identity/check-password.ts";
import { deviceOfSession } from "../identity/devices.ts";
import { endSession } from "../identity/ending.ts";
import { doErrand, planAfterMerge, type PlannedErrand } from "../identity/errands.ts";
import {
  findByRefreshToken,
  hasSession,
  keepRefreshToken,
  newSessionId,
  sessionStatements,
  spaceOfSession,
} from "../identity/sessions.ts";
import { findUser } from "../identity/users.ts";
import { answerSignedIn, newRefreshToken, requireTransport } from "./signed-in.ts";

export const session = new Hono<AppEnv>()
  .post("/api/session", async (c) => {
    const { username, password, restore, ...request } = await readJson(c, signInRequestSchema);
    const caller = await callerOf(c);
    const space = caller?.space ?? null;
    const transport = requireTransport(c, request.transport, space);
    const db = c.env.PLATFORM;
    const find = () => findAccountNamed(db, username);
    const account = await requirePassword(c.env, { username, password, address: addressKeyOf(c) }, find);
    if (account.isDeleted && restore !== true) throw new ApiProblem("account_deleted");
    const { user, changedMs } = account;
    const claimed = caller?.isAccount === false ? caller : null;
    const nowMs = Date.now();
    const device = claimed === null ? null : await deviceOfSession(db, claimed.sessionId);
    const refresh = newRefreshToken();
    const userAgent = c.req.header("User-Agent") ?? "";
    const opened = { id: newSessionId(nowMs), userId: user.id, device, userAgent, refresh, space };
    await db.batch([
      ...(account.isDeleted ? [restoreStatement(db, user.id)] : []),
      ...sessionStatements(db, opened, nowMs, { changedMs }),
    ]);
    if (!(await hasSession(db, user.id, opened.id, nowMs))) throw new ApiProblem("credentials_wrong");
    if (claimed !== null) await takeOver(c, claimed.userId, user.id);
    if (caller !== null && space !== null) {
      await enterSpace(c.env, space, { userId: user.id, sessionId: opened.id, name: user.name });
      await leaveSpace(c.env, space, caller.sessionId);
    }
    return answerSignedIn(c, user, { sessionId: opened.id, refresh, transport }, 200);
  })
  .post("/api/session/refresh", async (c) => {
    const { refreshToken } = await readJson(c, refreshRequestSchema);
    const transport: Transport = refreshToken === undefined ? "cookie" : "body";
    const given = parseRefreshToken(refreshToken ?? sessionCookieOf(c) ?? "");
    const nowMs = Date.now();
    const row = given === null ? null : await findByRefreshToken(c.env.PLATFORM, given, nowMs);
    if (given === null || row === null) return over(transport);
    if (row.isDeleted) throw new ApiProblem("account_deleted");
    if (!row.isLive) return over(transport);
    const step = judgeRefresh(row, nowMs);
    if (step === "reused") {
      await endSession(c.env, row.userId, row.sessionId);
      if (row.space !== null) await leaveSpace(c.env, row.space, row.sessionId);
      return over(transport);
    }
    const known = await findUser(c.env.PLATFORM, row.userId);
    if (known === null) throw new ApiProblem("account_deleted");
    if (row.space !== null && !(await isStillThere(c.env, row.space))) {
      await endSession(c.env, row.userId, row.sessionId);
      await leaveSpace(c.env, row.space, row.sessionId);
      return over(transport);
    }
    if (row.space !== null)
      await enterSpace(c.env, row.space, { userId: row.userId, sessionId: row.sessionId, name: known.user.name });
    const refresh = newRefreshToken(given.secret);
    await keepRefreshToken(c.env.PLATFORM, row, step, refresh, nowMs);
    return answerSignedIn(c, known.user, { sessionId: row.sessionId, refresh, transport }, 200);
  })
  .delete("/api/session", async (c) => {
    const ending = (await sessionOfBearer(c)) ?? (await sessionOfCookie(c));
    if (ending !== null) {
      await endSession(c.env, ending.userId, ending.sessionId);
      const space = await spaceOfSession(c.env.PLATFORM, ending.userId, ending.sessionId);
      if (space !== null) await leaveSpace(c.env, space, ending.sessionId);
    }
    clearSessionCookie(c);
    return c.body(null, 204);
  });

/** A cookie that is good for nothing any more goes. */
function over(transport: Transport): never {
  throw new ApiProblem("session_ended", undefined, transport === "cookie" ? { "Set-Cookie": clearedCookie() } : {});
}

async function sessionOfCookie(c: AppContext) {
  const given = parseRefreshToken(sessionCookieOf(c) ?? "");
  return given === null ? null : findByRefreshToken(c.env.PLATFORM, given, Date.now());
}

/** The user's devices and identities are the account's at once; the notes follow, which is the library's work. */
async function takeOver(c: AppContext, claimedId: string, accountId: string): Promise<void> {
  const nowMs = Date.now();
  const db = c.env.PLATFORM;
  const merge = { from: claimedId, to: accountId };
  const planned: readonly PlannedErrand[] = [
    planAfterMerge(db, { type: "claim", ...merge }, merge, nowMs),
    planAfterMerge(db, { type: "cut", userId: claimedId }, merge, nowMs),
  ];
  const statements = planned.map(({ statement }) => statement);
  const [merged] = await db.batch([...mergeStatements(db, claimedId, accountId, nowMs), ...statements]);
  // The user became somebody else in the same moment, by another sign-in or an account of their own: nothing is theirs to give.
  if (merged?.meta.changes === 0) return;
  for (const errand of planned) await doErrand(c.env, errand);
}
