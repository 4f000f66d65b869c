// Every call that signs somebody in, against everything that can come back instead of an answer.
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DiscordApi } from "./api.ts";
import { discordConfigOf } from "./config.ts";
import { FakeDiscord, type FakeRoute, HANGS, json, newSnowflake } from "./fake-discord.test-support.ts";
import { DiscordRefusal } from "./refusal.ts";

const SETTINGS = {
  DISCORD_APPLICATION_ID: "1300000000000000001",
  DISCORD_CLIENT_SECRET: "a-secret-of-nobody",
  DISCORD_BOT_TOKEN: "a-token-of-nobody",
  DISCORD_PUBLIC_KEY: "5d".repeat(32),
  DISCORD_API: "https://discord.test/api/v10",
  DISCORD_CDN: "https://cdn.discord.test",
} as const;
const SMALL_WAIT = { "Retry-After": "0.3" };

let discord: FakeDiscord;
let api: DiscordApi;
let logged: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  discord = new FakeDiscord(SETTINGS);
  const config = discordConfigOf(SETTINGS);
  if (config === null) throw new Error("not set up");
  api = new DiscordApi(config, discord.fetch);
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(line));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const ana = { id: newSnowflake(), username: "ana_s", global_name: "Ana" };

interface Call {
  readonly route: FakeRoute;
  run(): Promise<unknown>;
}

const CALLS: readonly Call[] = [
  { route: "token", run: () => api.exchange(discord.codeFor(ana)) },
  { route: "me", run: () => api.me({ accessToken: discord.tokenFor(ana) }) },
  { route: "grant", run: () => api.me({ accessToken: discord.tokenFor(ana) }) },
  { route: "instance", run: () => api.instance(discord.instanceOf([ana])) },
];
const EACH = CALLS.map((call) => [call.route, call] as const);

/** Lets the time pass that `promise` waits for. */
async function passing<T>(promise: Promise<T>): Promise<T> {
  const waiting = { isOver: false };
  const settled = promise.finally(() => (waiting.isOver = true));
  settled.catch(() => undefined);
  while (!waiting.isOver) await vi.advanceTimersByTimeAsync(10);
  return settled;
}

async function refusalOf(promise: Promise<unknown>): Promise<DiscordRefusal> {
  const error = await passing(promise).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiscordRefusal)) throw new Error(`no refusal: ${String(error)}`);
  return error;
}

describe.each(EACH)("the call for %s", (_, { route, run }) => {
  it("[D4] is made again after a moment where Discord says later or is out of order", async () => {
    const faults = [() => json({ message: "You are being rate limited.", retry_after: 0.2 }, 429), () => json({}, 500)];
    discord.fail(route, ...faults, null);
    await expect(passing(run())).resolves.toBeTruthy();
    expect(discord.countOf(route)).toBe(3);
    expect(logged).toEqual([]);
  });

  it("[D4] waits as long as it is told, and gives up where that is too long", async () => {
    discord.fail(route, () => json({}, 429, SMALL_WAIT), null);
    const startedMs = Date.now();
    await passing(run());
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(290);
    discord.requests.length = 0;
    discord.fail(route, () => new Response("error code: 1015", { status: 429, headers: { "Retry-After": "60" } }));
    const refusal = await refusalOf(run());
    expect([refusal.type, refusal.status, refusal.retryAfterMs]).toEqual(["unreachable", 429, 60_000]);
    expect(discord.countOf(route)).toBe(1);
  });

  it("[D4] is given up after three tries, also without a word of when", async () => {
    discord.fail(route, () => new Response("error code: 1015", { status: 429 }));
    expect((await refusalOf(run())).type).toBe("unreachable");
    expect(discord.countOf(route)).toBe(3);
    discord.requests.length = 0;
    discord.fail(route, () => Promise.reject(new TypeError("Network connection lost.")));
    const refusal = await refusalOf(run());
    expect([refusal.type, refusal.status]).toEqual(["unreachable", null]);
    expect(discord.countOf(route)).toBe(3);
    expect(logged).toHaveLength(2);
  });

  it("[D4] is given up after three seconds of silence", async () => {
    discord.fail(route, HANGS);
    const startedMs = Date.now();
    expect((await refusalOf(run())).type).toBe("unreachable");
    expect(Date.now() - startedMs).toBeLessThan(4000);
    expect(discord.countOf(route)).toBe(1);
  });

  it("[D4] is not made again where Discord says no", async () => {
    for (const status of [400, 401, 403]) {
      discord.requests.length = 0;
      discord.fail(route, () => json({ message: "No", code: 50_001 }, status));
      const refusal = await refusalOf(run());
      expect([refusal.type, refusal.status, refusal.code]).toEqual(["refused", status, 50_001]);
      expect(discord.countOf(route)).toBe(1);
    }
  });

  it("[D5] takes nothing that is not of its form, not JSON, too large or from elsewhere", async () => {
    const strange = [
      () => json([]),
      () => json(null),
      () => json({ id: 42, username: null, access_token: {}, token_type: "mac", application: "x", users: {} }),
      () => new Response('{"id": "'),
      () => new Response(""),
      () => new Response("<html>", { headers: { "Content-Type": "text/html" } }),
      () => json({ padding: "x".repeat(300_000) }),
      () => Response.redirect("https://evil.example/", 302),
    ];
    for (const fault of strange) {
      discord.requests.length = 0;
      discord.fail(route, fault);
      expect((await refusalOf(run())).type).toBe("unreachable");
      expect(discord.countOf(route)).toBe(1);
    }
    expect(discord.requests.every(({ url }) => url.startsWith(SETTINGS.DISCORD_API))).toBe(true);
  });

  it("[D5] does not read on and on", async () => {
    let read = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            read += 1;
            controller.enqueue(new Uint8Array(16 * 1024).fill(32));
          },
        }),
      );
    discord.fail(route, endless);
    expect((await refusalOf(run())).type).toBe("unreachable");
    expect(read).toBeLessThan(30);
  });

  it("[D6] says nothing of what was sent or received in the log", async () => {
    discord.fail(route, () => json({ message: "a word of Discord's", code: 1 }, 401));
    await refusalOf(run());
    discord.fail(route, () => json({ message: "a word of Discord's" }, 503));
    const refusal = await refusalOf(run());
    expect(logged).toHaveLength(2);
    const said = [...logged, refusal.message, refusal.stack ?? ""].join("\n");
    const sent = discord.requests.flatMap(({ url, headers, body }) => [
      url.replace(SETTINGS.DISCORD_API, ""),
      headers.get("Authorization") ?? "",
      new URLSearchParams(body).get("code") ?? "",
    ]);
    for (const secret of [...sent, SETTINGS.DISCORD_BOT_TOKEN, SETTINGS.DISCORD_CLIENT_SECRET, "a word"])
      if (secret !== "") expect(said).not.toContain(secret);
    const line = v.parse(v.object({ duty: v.string(), call: v.string() }), JSON.parse(logged[0] ?? ""));
    expect(line.duty).toBe("discord");
  });
});

describe("a code", () => {
  it("[D8] is exchanged in a form, with the application's secret, once", async () => {
    const code = discord.codeFor(ana);
    const { accessToken } = await api.exchange(code);
    expect(accessToken).toMatch(/^token-/);
    const [request] = discord.requests;
    expect(request?.headers.get("Content-Type")).toContain("application/x-www-form-urlencoded");
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      client_id: SETTINGS.DISCORD_APPLICATION_ID,
      client_secret: SETTINGS.DISCORD_CLIENT_SECRET,
      grant_type: "authorization_code",
      code,
    });
    expect(request?.headers.get("Authorization")).toBeNull();
    expect((await refusalOf(api.exchange(code))).type).toBe("refused");
    expect((await refusalOf(api.exchange(discord.codeFor(ana, "77")))).type).toBe("refused");
  });
});

describe("a token", () => {
  it("[D8] says who somebody is, if it is our application's and theirs", async () => {
    await expect(api.me({ accessToken: discord.tokenFor(ana) })).resolves.toEqual({ id: ana.id, name: "Ana" });
    expect((await refusalOf(api.me({ accessToken: discord.tokenFor(ana, "77") }))).type).toBe("refused");
    expect((await refusalOf(api.me({ accessToken: "nobodys" }))).status).toBe(401);
    const others = json({ application: { id: SETTINGS.DISCORD_APPLICATION_ID }, user: { id: "77" } });
    discord.fail("grant", () => others.clone());
    expect((await refusalOf(api.me({ accessToken: discord.tokenFor(ana) }))).type).toBe("refused");
  });
});

describe("an instance", () => {
  it("[D10] has a channel, perhaps a server, and people, by their ids or as objects", async () => {
    const id = discord.instanceOf([], { channelId: "5", guildId: "6", users: ["7", { id: ana.id }] });
    await expect(api.instance(id)).resolves.toEqual({
      instance: id,
      channelId: "5",
      guildId: "6",
      users: ["7", ana.id],
    });
    const between = discord.instanceOf([ana], { guildId: null });
    expect((await api.instance(between))?.guildId).toBeNull();
    await expect(api.instance("i-1-pc-2")).resolves.toBeNull();
  });

  it("[D10] of another application, and another than was asked for, is none", async () => {
    const foreign = discord.instanceOf([ana], { applicationId: "77" });
    expect((await refusalOf(api.instance(foreign))).type).toBe("refused");
    const other = discord.instanceOf([ana], { instanceId: "i-1-pc-2" });
    expect((await refusalOf(api.instance(other))).type).toBe("refused");
  });

  it("[D9] is asked for by an id of the form of one, and by nothing else", async () => {
    const malformed = [
      "",
      "i-1-gc-2",
      "i-1-pc-2-3",
      "i-1-xc-2",
      "i-1-pc-2\n",
      "I-1-pc-2",
      "i-1-pc-2/../../../users/@me",
      "../../users/@me",
      "i-1-pc-%32",
      "i-1-pc-2?x=1",
      "i-1-pc-2#",
      ` i-1-pc-2`,
      `i-${"1".repeat(21)}-pc-2`,
      "i--pc-2",
      "i-１-pc-２",
    ];
    for (const id of malformed) expect((await refusalOf(api.instance(id))).type).toBe("refused");
    expect(discord.requests).toEqual([]);
  });
});
