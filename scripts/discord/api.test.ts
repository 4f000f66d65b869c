// The stand-in is only worth something if it refuses what Discord refuses: here it is asked rightly and wrongly.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as v from "valibot";
import { APPLICATION, OTHER_APPLICATION_ID } from "./application.ts";
import { flawsOf } from "./described.ts";
import { LocalDiscord } from "./local-discord.ts";

const AGENT = { "User-Agent": "DiscordBot (https://example.test, 1.0)" };
const BOT = { ...AGENT, Authorization: `Bot ${APPLICATION.botToken}` };
let discord: LocalDiscord;

beforeEach(async () => {
  discord = await LocalDiscord.start({ appUrl: "http://127.0.0.1:9" });
});

afterEach(async () => {
  await discord.stop();
});

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(discord.api.api + path, { headers: AGENT, ...init });
  const text = await response.text();
  const isJson = response.headers.get("Content-Type") === "application/json";
  const body: unknown = isJson && text !== "" ? JSON.parse(text) : text;
  return { status: response.status, body, headers: response.headers };
}

function exchange(code: string, more: Readonly<Record<string, string>> = {}): Promise<Answered> {
  const form = {
    client_id: APPLICATION.applicationId,
    client_secret: APPLICATION.clientSecret,
    grant_type: "authorization_code",
    code,
    ...more,
  };
  return ask("/oauth2/token", { method: "POST", body: new URLSearchParams(form) });
}

async function tokenFor(name: string): Promise<string> {
  const { body } = await exchange(discord.code(discord.user(name)));
  return v.parse(v.object({ access_token: v.string() }), body).access_token;
}

function asUser(token: string): RequestInit {
  return { headers: { ...AGENT, Authorization: `Bearer ${token}` } };
}

describe("codes and tokens", () => {
  it("exchanges a code once, and tells who it is as described", async () => {
    const ann = discord.user("ann");
    const code = discord.code(ann, ["identify", "rpc.activities.write"]);
    const first = await exchange(code);
    expect(first).toMatchObject({
      status: 200,
      body: { token_type: "Bearer", scope: "identify rpc.activities.write" },
    });
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });

    const me = await ask(
      "/users/@me",
      asUser(v.parse(v.object({ access_token: v.string() }), first.body).access_token),
    );
    expect(me).toMatchObject({ status: 200, body: { id: ann.id, username: "ann", global_name: "Ann" } });
    expect(flawsOf("answer_user", me.body)).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it("refuses a code that is too old, of another application, or asked for with a wrong secret", async () => {
    const ann = discord.user("ann");
    const old = discord.code(ann);
    discord.state.advance(61_000);
    expect(await exchange(old)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const foreign = discord.code(ann, ["identify"], OTHER_APPLICATION_ID);
    expect(await exchange(foreign)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    const wrong = { client_secret: "guessed" };
    expect(await exchange(discord.code(ann), wrong)).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    expect(await exchange(discord.code(ann), { grant_type: "password" })).toMatchObject({ status: 400 });
  });

  it("forgets a token after its quarter of an hour, and takes none without `identify`", async () => {
    const token = await tokenFor("ann");
    discord.state.advance(15 * 60_000);
    expect((await ask("/users/@me", asUser(token))).status).toBe(401);
    const { body } = await exchange(discord.code(discord.user("ann"), ["guilds"]));
    const poor = v.parse(v.object({ access_token: v.string() }), body).access_token;
    expect((await ask("/users/@me", asUser(poor))).status).toBe(401);
  });

  it("tells whose token it is", async () => {
    const answered = await ask("/oauth2/@me", asUser(await tokenFor("ann")));
    expect(answered).toMatchObject({ status: 200, body: { application: { id: APPLICATION.applicationId } } });
    expect(flawsOf("answer_authorization", answered.body)).toEqual([]);
  });

  it("wants a form, and says who asks otherwise", async () => {
    const init = { method: "POST", headers: { ...AGENT, "Content-Type": "application/json" }, body: "{}" };
    expect((await ask("/oauth2/token", init)).status).toBe(400);
    expect(discord.violations).toHaveLength(1);
    await ask("/users/@me", { headers: {} });
    expect(discord.violations[1]?.problem).toContain("User-Agent");
  });
});

describe("activity instances", () => {
  function instancePath(id: string): string {
    return `/applications/${APPLICATION.applicationId}/activity-instances/${id}`;
  }

  it("names who is there, in a server and in a direct message, until the last one has left", async () => {
    const [ann, bob] = [discord.user("ann"), discord.user("bob")];
    for (const channel of [discord.channel("general"), discord.channel("@bob")]) {
      const { id } = discord.join(ann, channel);
      expect(discord.join(bob, channel).id).toBe(id);
      const answered = await ask(instancePath(id), { headers: BOT });
      expect(answered).toMatchObject({
        status: 200,
        body: { instance_id: id, users: [ann.id, bob.id], location: { channel_id: channel.id } },
      });
      expect(flawsOf("answer_instance", answered.body)).toEqual([]);
      discord.leave(ann, channel);
      discord.leave(bob, channel);
      expect((await ask(instancePath(id), { headers: BOT })).status).toBe(404);
      expect(discord.join(ann, channel).id).not.toBe(id);
    }
    expect(discord.violations).toEqual([]);
  });

  it("asks for the bot's token, its own application and an identifier of the right form", async () => {
    const { id } = discord.join(discord.user("ann"), discord.channel("general"));
    expect((await ask(instancePath(id))).status).toBe(401);
    const foreign = instancePath(id).replace(APPLICATION.applicationId, OTHER_APPLICATION_ID);
    expect((await ask(foreign, { headers: BOT })).status).toBe(403);
    expect((await ask(instancePath("..%2F..%2Fusers"), { headers: BOT })).status).toBe(404);
    expect(discord.violations).toHaveLength(1);
  });
});

describe("limits and faults", () => {
  it("counts down in the documented headers and refuses what is too much, until the window is over", async () => {
    discord.limit("me", { requests: 2, windowMs: 5000 });
    const token = await tokenFor("ann");
    const first = await ask("/users/@me", asUser(token));
    expect(first.headers.get("X-RateLimit-Remaining")).toBe("1");
    await ask("/users/@me", asUser(token));
    const third = await ask("/users/@me", asUser(token));
    expect(third).toMatchObject({ status: 429, body: { message: "You are being rate limited.", global: false } });
    expect(Number(third.headers.get("Retry-After"))).toBeGreaterThan(0);
    discord.state.advance(5000);
    expect((await ask("/users/@me", asUser(token))).status).toBe(200);
  });

  it("fails as it is told, as often as it is told", async () => {
    const token = await tokenFor("ann");
    const me = async (): Promise<Answered> => ask("/users/@me", asUser(token));
    for (const status of [401, 403, 404, 500, 503]) {
      discord.fail("me", { type: "status", status, times: 1 });
      expect((await me()).status).toBe(status);
      expect((await me()).status).toBe(200);
    }
    discord.fail("me", { type: "status", status: 429, retryAfterSeconds: 3 });
    expect((await me()).headers.get("Retry-After")).toBe("3");
    discord.fail("me", { type: "status", status: 429 });
    const silent = await me();
    expect([silent.status, silent.headers.get("Retry-After")]).toEqual([429, null]);
    discord.fail("me", { type: "cut" });
    await expect(me()).rejects.toThrow("fetch failed");
    discord.fail("me", { type: "malformed" });
    await expect(me()).rejects.toThrow("JSON");
    discord.fail("me", { type: "hang" });
    const init = { ...asUser(token), signal: AbortSignal.timeout(200) };
    await expect(ask("/users/@me", init)).rejects.toThrow("timeout");
    discord.heal();
    expect((await me()).status).toBe(200);
  });

  it("answers for another application where it is told to", async () => {
    const { id } = discord.join(discord.user("ann"), discord.channel("general"));
    discord.fail("instance", { type: "wrong_application" });
    const path = `/applications/${APPLICATION.applicationId}/activity-instances/${id}`;
    expect((await ask(path, { headers: BOT })).body).toMatchObject({ application_id: OTHER_APPLICATION_ID });
    discord.fail("authorization", { type: "wrong_application" });
    const whose = await ask("/oauth2/@me", asUser(await tokenFor("ann")));
    expect(whose.body).toMatchObject({ application: { id: OTHER_APPLICATION_ID } });
  });

  it("notes a call that Discord doesn't have", async () => {
    expect((await ask("/users/@you")).status).toBe(404);
    expect((await ask("/users/@me", { method: "POST" })).status).toBe(405);
    expect(discord.violations).toHaveLength(2);
  });
});

describe("commands and pictures", () => {
  function put(commands: unknown): Promise<Answered> {
    const headers = { ...BOT, "Content-Type": "application/json" };
    const path = `/applications/${APPLICATION.applicationId}/commands`;
    return ask(path, { method: "PUT", headers, body: JSON.stringify(commands) });
  }
  const entry = {
    name: "launch",
    description: "Open",
    type: 4,
    handler: 1,
    integration_types: [0, 1],
    contexts: [0, 1, 2],
  };

  it("replaces all commands and gives them back as described", async () => {
    const note = { name: "note", description: "Open a note", type: 1, options: [] };
    const answered = await put([entry, note, { name: "Turn into note", type: 3 }]);
    expect(answered.status).toBe(200);
    const list = v.parse(v.array(v.unknown()), answered.body);
    expect(list).toHaveLength(3);
    for (const command of list) expect(flawsOf("answer_command", command)).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it("refuses wrong ones and notes that the entry point is left out", async () => {
    expect((await put([{ ...entry, name: "x".repeat(33) }])).status).toBe(400);
    expect((await put([entry, { name: "Note", description: "Upper case", type: 1 }])).status).toBe(400);
    expect((await put([entry, { name: "note", type: 1 }])).status).toBe(400);
    expect((await put([entry, { name: "Turn", type: 3, description: "has none" }])).status).toBe(400);
    const before = discord.violations.length;
    expect((await put([{ name: "note", description: "Alone" }])).status).toBe(200);
    expect(discord.violations).toHaveLength(before + 1);
  });

  it("serves a person's picture", async () => {
    const { id, avatar } = discord.user("ann");
    const response = await fetch(`${discord.api.origin}/avatars/${id}/${avatar ?? ""}.png`);
    expect(response.headers.get("Content-Type")).toBe("image/png");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
    expect((await fetch(`${discord.api.origin}/avatars/${id}/other.png`)).status).toBe(404);
  });
});
