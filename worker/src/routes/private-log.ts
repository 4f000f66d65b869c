// The private log of whoever calls: for the user's own devices and nobody else's. Its socket is the user's feed.
import { privateLogTicketRequestSchema, type PrivateLog } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { userIdOf } from "@reed/log";
import { Hono } from "hono";
import type { Caller } from "../auth/caller.ts";
import { requireCaller } from "../auth/credentials.ts";
import { readTicket } from "../auth/ticket.ts";
import { configOf, type Env } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { findByDevice } from "../identity/devices.ts";
import type { PrivateLogAddress } from "../library/library-object.ts";
import { ASK_EACH_TIME, answerSnapshot } from "./snapshots.ts";
import { answerTicket } from "./ticket-answer.ts";
import { offeredTicket, upgradeAt } from "./upgrade.ts";

const NO_STORE = { "Cache-Control": "no-store" };

export const privateLog = new Hono<AppEnv>()
  .get("/api/me/log", async (c) => {
    const { noteId, docId } = await logOf(c, await requireCaller(c));
    const serverTime = new Date().toISOString();
    return c.json({ id: noteId, docId: toBase64Url(docId), serverTime } satisfies PrivateLog, 200, NO_STORE);
  })
  .post("/api/me/log/ticket", (c) => giveTicket(c, "/api/me/log/socket"))
  .get("/api/me/log/socket", (c) => open(c))
  .post("/api/feed/ticket", (c) => giveTicket(c, "/api/feed"))
  .get("/api/feed", (c) => open(c))
  .get("/api/me/log/snapshot", async (c) => {
    const caller = await requireCaller(c);
    const knownTags = c.req.header("If-None-Match") ?? null;
    const answer = await libraryObject(c.env, caller.userId).snapshot(caller.principal, { seq: null, knownTags });
    if ("code" in answer) throw new ApiProblem(answer.code);
    return answerSnapshot(c, answer, ASK_EACH_TIME);
  });

async function giveTicket(c: AppContext, path: string): Promise<Response> {
  const request = await readJson(c, privateLogTicketRequestSchema);
  const device = fromBase64Url(request.device);
  const caller = await requireCaller(c, device);
  const owner = await findByDevice(c.env.PLATFORM, device);
  if (owner?.id !== caller.userId) throw new ApiProblem("forbidden", "the device is not the caller's");
  const { noteId } = await logOf(c, caller);
  const visitor = { device, user: caller.principal, link: null, holdsLinkSecret: false };
  return answerTicket(c, { noteId, visitor, session: caller.sessionId }, path);
}

async function open(c: AppContext): Promise<Response> {
  const opened = await readTicket(configOf(c.env).tokens, offeredTicket(c), Date.now());
  const userId = userIdOf(opened.ticket.visitor.user);
  if (userId === null) throw new ApiProblem("ticket_wrong_note");
  return upgradeAt(c, libraryObject(c.env, userId), opened);
}

async function logOf(c: AppContext, caller: Caller): Promise<PrivateLogAddress> {
  const address = await libraryObject(c.env, caller.userId).privateLog(caller.principal);
  if (address === null) throw new ApiProblem("not_found");
  return address;
}

export function libraryObject(env: Env, userId: string) {
  return env.LIBRARY.get(env.LIBRARY.idFromName(userId));
}
