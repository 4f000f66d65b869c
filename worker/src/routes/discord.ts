// Signing in inside Discord: its client hands over a code and the id of the running Activity; who that is, and in which channel, is
// what Discord tells us for them. And the pictures of Discord's people.
import { type DiscordSessionResponse, discordSessionRequestSchema, type OwnUser } from "@reed/api";
import { Hono } from "hono";
import * as v from "valibot";
import type { CallerSpace } from "../auth/caller-space.ts";
import type { MadeToken } from "../auth/refresh-token.ts";
import { avatarPathSchema, fetchAvatar } from "../discord/avatar.ts";
import type { DiscordApi, DiscordPerson, DiscordToken } from "../discord/api.ts";
import { ARRIVAL_WAITS_MS, discordApi, enterSpace, findPresence } from "../discord/presence.ts";
import { DiscordRefusal, problemOfRefusal } from "../discord/refusal.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { addressKeyOf } from "../http/subject.ts";
import { restoreStatement } from "../identity/accounts.ts";
import { Attempts, discordAddressBuckets, discordPersonBuckets } from "../identity/attempts.ts";
import { userOfIdentity } from "../identity/identities.ts";
import { hasSession, newSessionId, sessionStatements } from "../identity/sessions.ts";
import { newRefreshToken, sessionResponse } from "./signed-in.ts";

interface Arrived {
  readonly token: DiscordToken;
  readonly person: DiscordPerson;
  readonly space: CallerSpace;
}

const AVATAR_CACHE = "public, max-age=86400";
const AVATAR_HEADERS = { "Cache-Control": "private, max-age=86400" };

export const discord = new Hono<AppEnv>()
  .post("/api/discord/session", async (c) => {
    const api = discordApi(c.env);
    const { code, instanceId, restore } = await readJson(c, discordSessionRequestSchema);
    const { token, person, space } = await arrive(c, api, code, instanceId).catch((error: unknown) => {
      throw problemOfRefusal(error);
    });
    const refresh = newRefreshToken();
    // Another sign-in may make the person an account's at the same moment; then they are looked up once more.
    const opened =
      (await open(c, person, space, { refresh, restore })) ?? (await open(c, person, space, { refresh, restore }));
    if (opened === null) throw new ApiProblem("session_ended");
    const { user, sessionId } = opened;
    await enterSpace(c.env, space, { userId: user.id, sessionId, name: user.name });
    const { accessToken, expiresAt } = await sessionResponse(c, user, { sessionId, refresh, transport: "body" });
    const answer: DiscordSessionResponse = {
      user,
      accessToken,
      expiresAt,
      refreshToken: refresh.text,
      discord: { accessToken: token.accessToken, userId: person.id, name: person.name },
      space: { channelId: space.channelId, guildId: space.guildId },
    };
    return c.json(answer, 201, { "Cache-Control": "no-store" });
  })
  .get("/api/discord/avatars/:snowflake/:avatar", async (c) => {
    const config = configOf(c.env).discord;
    if (config === null) throw new ApiProblem("discord_unavailable");
    const path = v.safeParse(avatarPathSchema, c.req.param());
    if (!path.success) throw new ApiProblem("not_found");
    // Under an address of its own, without what a caller may have added.
    const { snowflake, avatar } = path.output;
    const kept = new URL(`/api/discord/avatars/${snowflake}/${avatar}`, c.req.url).href;
    const cached = await caches.default.match(kept);
    if (cached !== undefined) return c.body(await cached.arrayBuffer(), 200, { ...AVATAR_HEADERS, ...typeOf(cached) });
    const picture = await fetchAvatar(config, path.output);
    if (picture === null) throw new ApiProblem("not_found");
    const headers = { "Content-Type": picture.type };
    const copy = new Response(picture.bytes, { headers: { ...headers, "Cache-Control": AVATAR_CACHE } });
    c.executionCtx.waitUntil(caches.default.put(kept, copy));
    return c.body(picture.bytes, 200, { ...AVATAR_HEADERS, ...headers });
  });

/** Who brings the code, and where they are. Tries that come to nothing count; throws a DiscordRefusal or an ApiProblem. */
async function arrive(c: AppContext, api: DiscordApi, code: string, instanceId: string): Promise<Arrived> {
  const attempts = new Attempts(c.env.PLATFORM, configOf(c.env).passwords.pepper);
  const byAddress = discordAddressBuckets(addressKeyOf(c));
  await attempts.take(byAddress, Date.now());
  const identify = async () => {
    const token = await api.exchange(code);
    return { token, person: await api.me(token) };
  };
  const { token, person } = await identify().catch(async (error: unknown) => {
    const isNobodysFault = error instanceof DiscordRefusal && error.type === "unreachable";
    if (isNobodysFault) await attempts.giveBack(byAddress);
    throw error;
  });
  await attempts.take(discordPersonBuckets(person.id), Date.now());
  const space = await findPresence(api, instanceId, person.id, ARRIVAL_WAITS_MS);
  if (space === null) throw new DiscordRefusal("refused");
  await attempts.giveBack(byAddress);
  return { token, person, space };
}

/** A new session of the person's user; null where they are no longer that user by the time it would be kept. */
async function open(
  c: AppContext,
  person: DiscordPerson,
  space: CallerSpace,
  { refresh, restore }: { readonly refresh: MadeToken; readonly restore: true | undefined },
): Promise<{ readonly user: OwnUser; readonly sessionId: string } | null> {
  const nowMs = Date.now();
  const db = c.env.PLATFORM;
  const identity = { provider: "discord", subject: person.id } as const;
  const { user, isDeleted } = await userOfIdentity(db, identity, person.name, nowMs);
  if (isDeleted && restore !== true) throw new ApiProblem("account_deleted");
  const sessionId = newSessionId(nowMs);
  const userAgent = c.req.header("User-Agent") ?? "";
  await db.batch([
    ...(isDeleted ? [restoreStatement(db, user.id)] : []),
    ...sessionStatements(db, { id: sessionId, userId: user.id, device: null, userAgent, refresh, space }, nowMs, {
      discordId: person.id,
    }),
  ]);
  return (await hasSession(db, user.id, sessionId, nowMs)) ? { user, sessionId } : null;
}

function typeOf(response: Response): { readonly "Content-Type": string } {
  return { "Content-Type": response.headers.get("Content-Type") ?? "application/octet-stream" };
}
