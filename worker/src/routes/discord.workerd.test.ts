// Signing in inside Discord, over the real routes; Discord is a stand-in for `fetch`.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type DiscordSessionResponse, discordSessionResponseSchema, noteListSchema } from "@reed/api";
import * as v from "valibot";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../app.ts";
import { verifyAccessToken } from "../auth/access-token.ts";
import { type Caller, callerOfBearer } from "../auth/caller.ts";
import { stubDiscord } from "../discord/discord.test-support.ts";
import { type FakeDiscord, type FakePerson, HANGS, json, newSnowflake } from "../discord/fake-discord.test-support.ts";
import { configOf } from "../env.ts";
import {
  ask,
  newPerson,
  newUsername,
  PASSWORD,
  signedIn,
  signIn,
  withDevice,
} from "../identity/accounts.test-support.ts";
import { Attempts, discordAddressBuckets } from "../identity/attempts.ts";
import { purgeDue } from "../identity/purge.ts";
import { worldOf } from "../note/world.ts";
import { spaceName } from "../space/rpc.ts";
import { join, newGuest, newNote, postJson, problemIn, proofOf, SOON, startWorld } from "../world.test-support.ts";

let discord: FakeDiscord;
let logged: string[];

beforeAll(startWorld);

beforeEach(() => {
  discord = stubDiscord();
  logged = [];
  for (const level of ["error", "info"] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => void logged.push(line));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Whoever is in a channel is asked after for as long; after these tests nobody would answer. */
afterAll(async () => {
  const { results } = await env.PLATFORM.prepare("SELECT id, channel FROM sessions WHERE channel IS NOT NULL").all();
  for (const row of results) {
    const { id, channel } = v.parse(v.object({ id: v.string(), channel: v.string() }), row);
    await env.SPACE.get(env.SPACE.idFromName(spaceName(channel))).leave(id);
  }
});

function newDiscordPerson(name = "Ana"): FakePerson {
  return { id: newSnowflake(), username: "ana_s", global_name: name };
}

function asked(person: FakePerson, instanceId: string, more: object = {}): Promise<Response> {
  return ask("POST", "/api/discord/session", { code: discord.codeFor(person), instanceId, ...more });
}

async function opened(response: Promise<Response>): Promise<DiscordSessionResponse> {
  const answer = await response;
  if (answer.status !== 201) throw new Error(await problemIn(answer));
  return v.parse(discordSessionResponseSchema, await answer.json());
}

/** Somebody in an instance of their own, signed in. */
async function arrival(person = newDiscordPerson(), place: Parameters<FakeDiscord["instanceOf"]>[1] = {}) {
  const instanceId = discord.instanceOf([person], place);
  return { person, instanceId, ...(await opened(asked(person, instanceId))) };
}

async function callerBy(token: string): Promise<Caller> {
  const bearer = await verifyAccessToken(configOf(env).tokens, token, Date.now());
  return callerOfBearer(env.PLATFORM, bearer, Date.now());
}

function refresh(refreshToken: string): Promise<Response> {
  return ask("POST", "/api/session/refresh", { refreshToken });
}

async function isKnownIn(channelId: string, sessionId: string): Promise<boolean> {
  const view = await env.SPACE.get(env.SPACE.idFromName(spaceName(channelId))).view(sessionId, null);
  return view !== null;
}

/** Everything that the platform's tables hold. */
async function everythingKept(): Promise<string> {
  const { results } = await env.PLATFORM.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const names = results.map((row) => v.parse(v.object({ name: v.string() }), row).name);
  const tables = names.filter((name) => /^[a-z_]+$/.test(name) && !name.startsWith("_cf"));
  const rows = tables.map(async (name) => (await env.PLATFORM.prepare(`SELECT * FROM ${name}`).all()).results);
  return JSON.stringify(await Promise.all(rows));
}

describe("a sign-in inside Discord", () => {
  it("[D8][D10][D16] opens a session of the person, in the channel that Discord names", async () => {
    const person = newDiscordPerson("Ana Sofía");
    const channelId = newSnowflake();
    const { user, space, instanceId, ...answer } = await arrival(person, { channelId, guildId: "77" });
    expect(user).toMatchObject({ name: "Ana Sofía", username: null });
    expect(answer.discord).toMatchObject({ userId: person.id, name: "Ana Sofía" });
    expect(space).toEqual({ channelId, guildId: "77" });
    const caller = await callerBy(answer.accessToken);
    expect(caller.space).toEqual({
      channel: `channel:${channelId}`,
      channelId,
      guildId: "77",
      instance: instanceId,
      discordId: person.id,
    });
    expect(await isKnownIn(channelId, caller.sessionId)).toBe(true);
    expect((await callerBy((await newPerson()).token)).space).toBeNull();
  });

  it("[D10] in a conversation between people has no server", async () => {
    const { space } = await arrival(newDiscordPerson(), { guildId: null });
    expect(space.guildId).toBeNull();
  });

  it("[D6][D8] keeps and logs nothing that Discord gave but ids and the name", async () => {
    const { person, instanceId, ...answer } = await arrival();
    const codes = discord.requests.map(({ body }) => new URLSearchParams(body).get("code") ?? "");
    const kept = await everythingKept();
    const log = logged.join("\n");
    expect(log).toContain("/api/discord/session");
    expect(kept).toContain(person.id);
    const secrets = [...codes, answer.discord.accessToken, "refresh-", answer.accessToken, answer.refreshToken];
    for (const secret of secrets.filter((text) => text !== "")) {
      expect(kept).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
    for (const text of [person.id, instanceId, "Ana"]) expect(log).not.toContain(text);
  });

  it("[D8] by a code that was used, or that is another application's, is refused", async () => {
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([person]);
    const code = discord.codeFor(person);
    await opened(ask("POST", "/api/discord/session", { code, instanceId }));
    for (const bad of [code, discord.codeFor(person, "77"), "made-up"]) {
      const answer = await ask("POST", "/api/discord/session", { code: bad, instanceId });
      expect(await problemIn(answer)).toBe("403 discord_refused");
    }
  });

  it("[D8] by a token of another application is refused", async () => {
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([person]);
    discord.fail("token", () =>
      json({ access_token: discord.tokenFor(person, "77"), token_type: "Bearer", scope: "identify" }),
    );
    expect(await problemIn(await asked(person, instanceId))).toBe("403 discord_refused");
    expect(await everythingKept()).not.toContain(person.id);
  });

  it("[D9] by anything but the id of an instance is refused before Discord is asked", async () => {
    const person = newDiscordPerson();
    const code = discord.codeFor(person);
    const bad = [
      "",
      "i-1-gc-2",
      "i-1-pc-2/../../../users/@me",
      "i-1-pc-2?x",
      "i-1-pc-2\n",
      `i-1-pc-${"2".repeat(21)}`,
      7,
    ];
    for (const instanceId of bad)
      expect(await problemIn(await ask("POST", "/api/discord/session", { code, instanceId }))).toBe("400 invalid");
    for (const more of [{ channelId: "5" }, { guildId: "5" }, { accessToken: "x" }])
      expect(await problemIn(await asked(person, "i-1-pc-2", more))).toBe("400 invalid");
    expect(discord.requests).toEqual([]);
  });

  it("[D10] by somebody who is not in the instance is refused after four looks", async () => {
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([newDiscordPerson("Ben")]);
    expect(await problemIn(await asked(person, instanceId))).toBe("403 discord_refused");
    expect(discord.countOf("instance")).toBe(4);
    expect(await everythingKept()).not.toContain(person.id);
  });

  it("[D10] by somebody of whom Discord tells a moment later is taken", async () => {
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([]);
    const place = discord.instances.get(instanceId);
    setTimeout(() => place === undefined || (place.users = [{ id: person.id }]), 500);
    await opened(asked(person, instanceId));
    expect(discord.countOf("instance")).toBe(3);
  });

  it("[D10] in an instance of another application, or in none, is refused", async () => {
    const person = newDiscordPerson();
    const foreign = discord.instanceOf([person], { applicationId: "77" });
    expect(await problemIn(await asked(person, foreign))).toBe("403 discord_refused");
    expect(await problemIn(await asked(person, "i-1-pc-2"))).toBe("403 discord_refused");
  });

  it("[D7] tells when Discord does not answer, and when to come back", async () => {
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([person]);
    discord.fail("token", () => json({}, 429, { "Retry-After": "42" }));
    const later = await asked(person, instanceId);
    expect(later.headers.get("Retry-After")).toBe("42");
    expect(await problemIn(later)).toBe("503 discord_unreachable");
    discord.fail("token", null);
    discord.fail("me", () => new Response("<html>", { status: 200 }));
    const strange = await asked(person, instanceId);
    expect(strange.headers.get("Retry-After")).toBe("5");
    expect(await problemIn(strange)).toBe("503 discord_unreachable");
    discord.fail("me", null);
    discord.fail("instance", HANGS);
    expect(await problemIn(await asked(person, instanceId))).toBe("503 discord_unreachable");
    discord.fail("instance", () => json({ message: "Missing Access", code: 50_001 }, 403));
    expect(await problemIn(await asked(person, instanceId))).toBe("403 discord_refused");
  });

  it("[D1] is not there on a server that knows no Discord", async () => {
    const names = ["DISCORD_APPLICATION_ID", "DISCORD_CLIENT_SECRET", "DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY"];
    const bare = { ...env, ...Object.fromEntries(names.map((name) => [name, ""])) };
    const send = (path: string, init?: RequestInit) => createApp().request(path, init, bare, createExecutionContext());
    const body = JSON.stringify({ code: "x", instanceId: "i-1-pc-2" });
    const session = await send("/api/discord/session", { method: "POST", body });
    expect(await problemIn(session)).toBe("501 discord_unavailable");
    const avatar = await send(`/api/discord/avatars/1/${"0".repeat(32)}`);
    expect(await problemIn(avatar)).toBe("501 discord_unavailable");
    expect(await (await send("/api/platform")).json()).toMatchObject({ discordApplicationId: null });
    const platform = await (await ask("GET", "/api/platform")).json();
    expect(platform).toMatchObject({ discordApplicationId: env.DISCORD_APPLICATION_ID });
  });

  it("[D15] is limited by person, and by address where it comes to nothing", async () => {
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([person]);
    for (let at = 0; at < 20; at += 1) await opened(asked(person, instanceId));
    const tooOften = await asked(person, instanceId);
    expect(Number(tooOften.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await problemIn(tooOften)).toBe("429 rate_limited");

    const address = `address-${crypto.randomUUID()}`;
    const attempts = new Attempts(env.PLATFORM, configOf(env).passwords.pepper);
    const nowMs = Date.now();
    const take = () => attempts.take(discordAddressBuckets(address), nowMs);
    for (let at = 0; at < 300; at += 1) await take();
    await expect(take()).rejects.toThrow("rate_limited");
  });

  it("[D15] uses up none of the address's room where it comes to something, or Discord is away", async () => {
    const levels = async () =>
      (await env.PLATFORM.prepare("SELECT SUM(level) AS sum FROM attempts").first<number>("sum")) ?? 0;
    const from = (person: FakePerson, instanceId: string) =>
      ask(
        "POST",
        "/api/discord/session",
        { code: discord.codeFor(person), instanceId },
        { headers: { "CF-Connecting-IP": "203.0.113.77" } },
      );
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([person]);
    const before = await levels();
    await opened(from(person, instanceId));
    const afterOne = await levels();
    expect(afterOne - before).toBeCloseTo(1, 1); // the person's own
    discord.fail("token", () => json({}, 429, { "Retry-After": "42" }));
    await from(person, instanceId);
    expect(await levels()).toBeCloseTo(afterOne, 1);
    discord.fail("token", () => json({}, 400));
    await from(person, instanceId);
    expect(await levels()).toBeCloseTo(afterOne + 1, 1);
  });
});

describe("somebody from Discord", () => {
  it("[D11] is one user, also when they sign in several times at the same moment", async () => {
    const person = newDiscordPerson();
    const instanceId = discord.instanceOf([person]);
    const answers = await Promise.all(Array.from({ length: 5 }, () => opened(asked(person, instanceId))));
    expect(new Set(answers.map(({ user }) => user.id)).size).toBe(1);
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(5);
    const { count } = v.parse(
      v.object({ count: v.number() }),
      await env.PLATFORM.prepare("SELECT COUNT(*) AS count FROM identities WHERE subject = ?").bind(person.id).first(),
    );
    expect(count).toBe(1);
    const renamed = await opened(asked({ ...person, global_name: "Anastasia" }, instanceId));
    expect(renamed.user).toEqual(answers[0]?.user);
    expect(renamed.discord.name).toBe("Anastasia");
  });

  it("[D12] is called what Discord calls them, cleaned", async () => {
    const named = async (global_name: string | null, username = "ana_s") =>
      (await arrival({ id: newSnowflake(), username, global_name })).user.name;
    expect(await named("<img src=x onerror=alert(1)>")).toBe("img src=x onerror=alert(1)");
    expect(await named("\u202Eevil\u0000")).toBe("evil");
    expect(await named("x".repeat(10_000))).toBe("x".repeat(40));
    expect(await named(null)).toBe("ana_s");
    expect(await named("", "")).toBe("Somebody");
  });

  it("[D13] is no guest: nothing of theirs is kept for 90 days only, and their device alone is not them", async () => {
    const { user, accessToken, refreshToken } = await arrival();
    const caller = await callerBy(accessToken);
    expect([caller.isGuest, caller.isAccount]).toEqual([false, false]);
    expect(await worldOf(env).areGuests([user.id])).toBe(false);
    const { key, device } = await withDevice({ username: "", userId: user.id, token: accessToken, refreshToken });
    const again = await postJson("/api/guests", { device, proof: await proofOf(key) });
    expect(await problemIn(again)).toBe("403 guest_only");
    const headers = { "CF-Connecting-IP": "203.0.113.78" };
    const guest = await newGuest();
    for (const token of [accessToken, guest.token])
      expect((await ask("POST", "/api/notes", { text: "Mine" }, { token, headers })).status).toBe(201);
    const counted = async (userId: string) =>
      env.PLATFORM.prepare("SELECT used FROM quotas WHERE subject = ?").bind(`guest:${userId}`).first("used");
    expect([await counted(user.id), await counted(guest.userId)]).toEqual([null, 1]);
  });

  it("[D14] who deleted their user is told so, takes it back, or begins anew when it is gone", async () => {
    const { person, instanceId, user, accessToken } = await arrival();
    expect((await ask("DELETE", "/api/me", {}, { token: accessToken })).status).toBe(204);
    expect(await problemIn(await asked(person, instanceId))).toBe("403 account_deleted");
    const back = await opened(asked(person, instanceId, { restore: true }));
    expect(back.user).toEqual(user);
    expect((await ask("DELETE", "/api/me", {}, { token: back.accessToken })).status).toBe(204);
    await env.PLATFORM.prepare("UPDATE users SET purge_at = 1 WHERE id = ?").bind(user.id).run();
    expect((await purgeDue(env, 2)).left).toBe(0);
    const anew = await opened(asked(person, instanceId));
    expect(anew.user.id).not.toBe(user.id);
  });
});

describe("a session inside Discord", () => {
  it("[D16] lasts half an hour after its last refresh, which is by the token in the body", async () => {
    const { accessToken, refreshToken } = await arrival();
    const { sessionId } = await callerBy(accessToken);
    const leftMs = async () => {
      const row = await env.PLATFORM.prepare("SELECT expires FROM sessions WHERE id = ?").bind(sessionId).first();
      return v.parse(v.object({ expires: v.number() }), row).expires - Date.now();
    };
    expect(await leftMs()).toBeLessThanOrEqual(30 * 60_000);
    await env.PLATFORM.prepare("UPDATE sessions SET expires = expires - 900000 WHERE id = ?").bind(sessionId).run();
    const answer = await refresh(refreshToken);
    expect(answer.headers.get("Set-Cookie")).toBeNull();
    const { refreshToken: next = "" } = await signedIn(answer);
    expect(await leftMs()).toBeGreaterThan(29 * 60_000);
    expect(await leftMs()).toBeLessThanOrEqual(30 * 60_000);
    await env.PLATFORM.prepare("UPDATE sessions SET expires = ? WHERE id = ?")
      .bind(Date.now() - 1, sessionId)
      .run();
    expect(await problemIn(await refresh(next))).toBe("401 session_ended");
    expect(await problemIn(await ask("GET", "/api/me", undefined, { token: accessToken }))).toBe("401 session_ended");
  });

  it("[D17] that is refreshed by somebody who has left ends, with everything that it opened", async () => {
    const { person, instanceId, user, space, accessToken, refreshToken } = await arrival();
    const owner = await withDevice({ username: "", userId: user.id, token: accessToken, refreshToken });
    const note = await newNote(owner, "# Title");
    const wire = await join(owner, note.id);
    const { sessionId } = await callerBy(accessToken);
    const answer = await signedIn(await refresh(refreshToken));
    expect(answer.user.id).toBe(user.id);
    const instance = discord.instances.get(instanceId);
    if (instance !== undefined) instance.users = ["1", "2"];
    expect(await problemIn(await refresh(answer.refreshToken ?? ""))).toBe("401 session_ended");
    expect((await wire.closed).code).toBeGreaterThanOrEqual(4000);
    expect(await isKnownIn(space.channelId, sessionId)).toBe(false);
    expect(await problemIn(await ask("GET", "/api/me", undefined, { token: answer.accessToken }))).toBe(
      "401 session_ended",
    );
    if (instance !== undefined) instance.users = [person.id];
    expect(await problemIn(await refresh(answer.refreshToken ?? ""))).toBe("401 session_ended");
  });

  it("[D17] whose instance is over, or has another channel now, ends", async () => {
    const over = await arrival();
    discord.instances.delete(over.instanceId);
    expect(await problemIn(await refresh(over.refreshToken))).toBe("401 session_ended");
    const moved = await arrival();
    discord.instances.set(moved.instanceId, { channelId: "5", guildId: "6", users: [moved.person.id] });
    expect(await problemIn(await refresh(moved.refreshToken))).toBe("401 session_ended");
  });

  it("[D18] is as it was where Discord can't be asked", async () => {
    const { accessToken, refreshToken } = await arrival();
    discord.fail("instance", () => json({}, 429, { "Retry-After": "42" }));
    const away = await refresh(refreshToken);
    expect(away.headers.get("Retry-After")).toBe("42");
    expect(await problemIn(away)).toBe("503 discord_unreachable");
    discord.fail("instance", () => json({ code: 50_001 }, 403));
    expect(await problemIn(await refresh(refreshToken))).toBe("403 discord_refused");
    expect((await ask("GET", "/api/me", undefined, { token: accessToken })).status).toBe(200);
    discord.fail("instance", null);
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it("[D17] that is signed out of is known in the channel no longer", async () => {
    const { space, accessToken } = await arrival();
    const { sessionId } = await callerBy(accessToken);
    expect(await isKnownIn(space.channelId, sessionId)).toBe(true);
    expect((await ask("DELETE", "/api/session", undefined, { token: accessToken })).status).toBe(204);
    expect(await isKnownIn(space.channelId, sessionId)).toBe(false);
  });
});

describe("somebody from Discord who signs in to an account", () => {
  const notesOf = async (token: string) =>
    v.parse(noteListSchema, await (await ask("GET", "/api/notes", undefined, { token })).json()).items;

  it("[D19] brings along what they have, and is the account at Discord from then on", async () => {
    const { username, userId } = await newPerson();
    const { person, instanceId, user, space, ...there } = await arrival();
    const device = await withDevice({ username: "", userId: user.id, token: there.accessToken, refreshToken: "" });
    const note = await newNote(device, "# From Discord");
    const before = await callerBy(there.accessToken);
    const response = await ask("POST", "/api/session", { username, password: PASSWORD }, { token: there.accessToken });
    expect(response.headers.get("Set-Cookie")).toBeNull();
    const { user: account, accessToken, refreshToken = "" } = await signedIn(response);
    expect(account.id).toBe(userId);
    await vi.waitFor(async () => {
      expect((await notesOf(accessToken)).map(({ id }) => id)).toContain(note.id);
    }, SOON);
    const caller = await callerBy(accessToken);
    expect(caller.space).toEqual(before.space);
    expect(await isKnownIn(space.channelId, caller.sessionId)).toBe(true);
    expect(await isKnownIn(space.channelId, before.sessionId)).toBe(false);
    expect((await refresh(refreshToken)).status).toBe(200);
    expect(await problemIn(await refresh(there.refreshToken))).toMatch(/session_ended|account_deleted/);
    const again = await opened(asked(person, instanceId));
    expect(again.user).toMatchObject({ id: userId, username });
    expect((await callerBy(again.accessToken)).isAccount).toBe(true);
    const elsewhere = await arrival({ ...person, username: "renamed" });
    expect(elsewhere.user.id).toBe(userId);
  });

  it("[D19] at the moment of another sign-in there, leaves no session of who they were", async () => {
    const { username, userId } = await newPerson();
    const { person, instanceId, user, accessToken } = await arrival();
    const [, ...others] = await Promise.all([
      signIn(username, { token: accessToken }),
      ...Array.from({ length: 6 }, () => asked(person, instanceId)),
    ]);
    for (const answer of others) {
      if (answer.status !== 201) {
        expect(await problemIn(answer)).toMatch(/session_ended|account_deleted/);
        continue;
      }
      const there = v.parse(discordSessionResponseSchema, await answer.json());
      const mine = await ask("GET", "/api/me", undefined, { token: there.accessToken });
      if (there.user.id === user.id) expect(await problemIn(mine)).toBe("401 session_ended");
      else expect([there.user.id, mine.status]).toEqual([userId, 200]);
    }
    expect((await opened(asked(person, instanceId))).user.id).toBe(userId);
  });

  it("[D19] with a wrong password, brings nothing", async () => {
    const { username } = await newPerson();
    const { person, instanceId, user, accessToken } = await arrival();
    const body = { username, password: "wrong-password" };
    const answer = await ask("POST", "/api/session", body, { token: accessToken });
    expect(await problemIn(answer)).toBe("401 credentials_wrong");
    expect((await opened(asked(person, instanceId))).user.id).toBe(user.id);
  });

  it("[D20] while being one already, stays who they are at Discord", async () => {
    const { username } = await newPerson();
    const { person, instanceId, user, accessToken } = await arrival();
    const own = newUsername();
    const body = { username: own, password: PASSWORD };
    await signedIn(await ask("POST", "/api/accounts", body, { token: accessToken }));
    const other = await signIn(username, { token: accessToken });
    expect(other.userId).not.toBe(user.id);
    const again = await opened(asked(person, instanceId));
    expect(again.user).toMatchObject({ id: user.id, username: own });
    expect((await callerBy(other.token)).space?.discordId).toBe(person.id);
  });

  it("[D22] or makes one, is the same user in the same session, which lasts no longer", async () => {
    const { user, accessToken, instanceId, person } = await arrival();
    const { sessionId, space } = await callerBy(accessToken);
    const username = newUsername();
    const body = { username, password: PASSWORD, transport: "cookie" };
    const response = await ask("POST", "/api/accounts", body, { token: accessToken });
    expect(response.headers.get("Set-Cookie")).toBeNull();
    const signed = await signedIn(response);
    expect(signed.user).toMatchObject({ id: user.id, username, name: "Ana" });
    const caller = await callerBy(signed.accessToken);
    expect(caller).toMatchObject({ sessionId, space, isAccount: true });
    const row = await env.PLATFORM.prepare("SELECT expires FROM sessions WHERE id = ?").bind(sessionId).first();
    expect(v.parse(v.object({ expires: v.number() }), row).expires).toBeLessThanOrEqual(Date.now() + 30 * 60_000);
    expect((await refresh(signed.refreshToken ?? "")).status).toBe(200);
    expect((await opened(asked(person, instanceId))).user.id).toBe(user.id);
  });
});
