// Starting and stopping a Discord, and what others must be able to rely on: names that last, ports that are named.
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { APPLICATION } from "./application.ts";
import { hostPath, readHostOptions } from "./host/host-options.ts";
import { listenOn, stopServer } from "./http.ts";
import { LocalDiscord, type LocalDiscordOptions } from "./local-discord.ts";

const APP = "http://127.0.0.1:9";
const started: LocalDiscord[] = [];

async function start(more: Partial<LocalDiscordOptions> = {}): Promise<LocalDiscord> {
  const discord = await LocalDiscord.start({ appUrl: APP, ...more });
  started.push(discord);
  return discord;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((discord) => discord.stop()));
});

describe("a local Discord", () => {
  it("knows people and channels by name, the same at every start", async () => {
    const [first, second] = [await start(), await start()];
    expect(first.user("ann")).toBe(first.user("ann"));
    expect(second.user("ann")).toEqual(first.user("ann"));
    expect(second.channel("general")).toEqual(first.channel("general"));
    expect(first.user("bob").id).not.toBe(first.user("ann").id);
    expect(first.channel("@bob").guildId).toBeNull();
  });

  it("tells what the Worker must be started with", async () => {
    const discord = await start();
    expect(discord.variables()).toEqual({
      DISCORD_APPLICATION_ID: APPLICATION.applicationId,
      DISCORD_CLIENT_SECRET: APPLICATION.clientSecret,
      DISCORD_BOT_TOKEN: APPLICATION.botToken,
      DISCORD_PUBLIC_KEY: expect.stringMatching(/^[0-9a-f]{64}$/),
      DISCORD_API: `${discord.api.origin}/api/v10`,
      DISCORD_CDN: discord.api.origin,
      ALLOWED_ORIGINS: expect.stringContaining(discord.proxyOrigin),
    });
  });

  it.each(["apiPort", "hostPort", "proxyPort"] as const)(
    "says that %s is taken, and leaves nothing running",
    async (name) => {
      const squatter = createServer();
      const port = await listenOn(squatter, 0, name === "hostPort" ? "localhost" : "127.0.0.1");
      await expect(start({ [name]: port })).rejects.toThrow(`port ${port} is taken by another program`);
      await stopServer(squatter);
    },
  );

  it("frees its ports when it stops", async () => {
    const discord = await start();
    const proxyPort = discord.proxy.port;
    await discord.stop();
    started.pop();
    expect((await start({ proxyPort })).proxy.port).toBe(proxyPort);
  });

  it("serves its page with what each person sees", async () => {
    const discord = await start();
    const [ann, general] = [discord.user("ann"), discord.channel("general")];
    discord.say(ann, general, "Hello");
    const origin = `http://localhost:${discord.hostPort}`;
    const view: unknown = await (await fetch(`${origin}/local/view?user=bob&channel=general`)).json();
    expect(view).toMatchObject({ user: { username: "bob" }, messages: [{ content: "Hello" }], instanceId: null });
    const script = await fetch(`${origin}/page.ts`);
    expect(script.headers.get("Content-Type")).toContain("text/javascript");
    expect(await script.text()).not.toContain("interface ");
    for (const path of ["/../state.ts", "/%2e%2e/state.ts", "/nothing.ts", "/page"]) {
      expect((await fetch(origin + path)).status).toBe(404);
    }
  });
});

describe("the host page's address", () => {
  it("carries everything that is asked of it", () => {
    const options = {
      users: ["ann", "bob"],
      channel: "@bob",
      platform: "mobile",
      customId: "note 1",
      referrerId: "7",
      isOpaque: true,
      isOpen: true,
      faults: { ready: { type: "late", ms: 5 }, unknown: ["SHARE_LINK"] },
    } as const;
    const { search } = new URL(hostPath(options), "http://localhost");
    expect(readHostOptions(search, [], "general")).toEqual(options);
    expect(readHostOptions("", ["cleo"], "general")).toMatchObject({
      users: ["cleo"],
      channel: "general",
      isOpen: false,
    });
  });
});
