// The caller's own user, and the list of where that user is signed in.
import { changeMeRequestSchema, deleteMeRequestSchema, type Me, sessionIdField, type SessionList } from "@reed/api";
import { Hono } from "hono";
import * as v from "valibot";
import type { Caller } from "../auth/caller.ts";
import { requireCaller } from "../auth/credentials.ts";
import { clearSessionCookie } from "../auth/session-cookie.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { addressKeyOf } from "../http/subject.ts";
import { type Account, findAccount, passwordStatement } from "../identity/accounts.ts";
import { requirePassword } from "../identity/check-password.ts";
import { deleteUser, endOtherSessions, endSession } from "../identity/ending.ts";
import { hashPassword } from "../identity/passwords.ts";
import { listSessions } from "../identity/sessions.ts";
import { findUser, profileStatement } from "../identity/users.ts";

const NO_STORE = { "Cache-Control": "no-store" };

export const me = new Hono<AppEnv>()
  .get("/api/me", async (c) => c.json(await meOf(c, await requireCaller(c)), 200, NO_STORE))
  .patch("/api/me", async (c) => {
    const caller = await requireCaller(c);
    const { password, ...profile } = await readJson(c, changeMeRequestSchema);
    if (password !== undefined) await changePassword(c, caller, password);
    if (Object.keys(profile).length > 0) await profileStatement(c.env.PLATFORM, caller.userId, profile).run();
    return c.json(await meOf(c, caller), 200, NO_STORE);
  })
  .delete("/api/me", async (c) => {
    const caller = await requireCaller(c);
    const { password } = await readJson(c, deleteMeRequestSchema);
    if (caller.isAccount) {
      if (password === undefined) throw new ApiProblem("invalid", "password");
      await requireOwnPassword(c, caller, password);
    }
    await deleteUser(c.env, caller.userId);
    clearSessionCookie(c);
    return c.body(null, 204);
  })
  .get("/api/me/sessions", async (c) => {
    const caller = await requireCaller(c);
    const found = await listSessions(c.env.PLATFORM, caller.userId, Date.now());
    const items = found.map(({ id, createdMs, lastUsedMs, userAgent }) => ({
      id,
      createdAt: timeOf(createdMs),
      lastUsedAt: timeOf(lastUsedMs),
      userAgent,
      isCurrent: id === caller.sessionId,
    }));
    return c.json({ items, nextCursor: null } satisfies SessionList, 200, NO_STORE);
  })
  .delete("/api/me/sessions", async (c) => {
    const { userId, sessionId } = await requireCaller(c);
    await endOtherSessions(c.env, userId, sessionId);
    return c.body(null, 204);
  })
  .delete("/api/me/sessions/:sessionId", async (c) => {
    const caller = await requireCaller(c);
    const sessionId = v.safeParse(sessionIdField, c.req.param("sessionId"));
    if (!sessionId.success || !(await endSession(c.env, caller.userId, sessionId.output)))
      throw new ApiProblem("not_found");
    if (sessionId.output === caller.sessionId) clearSessionCookie(c);
    return c.body(null, 204);
  });

async function meOf(c: AppContext, { userId }: Caller): Promise<Me> {
  const found = await findUser(c.env.PLATFORM, userId);
  if (found === null) throw new ApiProblem("account_deleted");
  return { user: found.user, createdAt: timeOf(found.createdMs) };
}

/** All other sessions end with the old password. */
async function changePassword(
  c: AppContext,
  caller: Caller,
  { current, next }: { readonly current: string; readonly next: string },
): Promise<void> {
  const { user, changedMs } = await requireOwnPassword(c, caller, current);
  const password = await hashPassword(configOf(c.env).passwords, next);
  const times = { wasMs: changedMs, isMs: Math.max(Date.now(), changedMs + 1) };
  const change = passwordStatement(c.env.PLATFORM, user.id, password, times);
  await endOtherSessions(c.env, user.id, caller.sessionId, [change]);
  if ((await findAccount(c.env.PLATFORM, user.id))?.changedMs !== times.isMs) throw new ApiProblem("conflict");
}

async function requireOwnPassword(c: AppContext, caller: Caller, password: string): Promise<Account> {
  const account = await findAccount(c.env.PLATFORM, caller.userId);
  if (account === null) throw new ApiProblem("account_only");
  const username = account.user.username ?? "";
  return requirePassword(c.env, { username, password, address: addressKeyOf(c) }, () => Promise.resolve(account));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
