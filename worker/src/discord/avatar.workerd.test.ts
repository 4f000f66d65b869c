import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { api, problemIn, SOON, startWorld } from "../world.test-support.ts";
import { stubDiscord } from "./discord.test-support.ts";
import { type FakeDiscord, HANGS, newSnowflake } from "./fake-discord.test-support.ts";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);

let discord: FakeDiscord;

beforeAll(startWorld);
beforeEach(() => void (discord = stubDiscord()));
afterEach(() => void vi.unstubAllGlobals());

function newHash(prefix = ""): string {
  return prefix + crypto.randomUUID().replaceAll("-", "");
}

/** The address of a picture at our server that Discord answers with `answer`. */
function placed(answer: () => Response, hash = newHash()): string {
  const id = newSnowflake();
  discord.avatars.set(`/avatars/${id}/${hash}.png`, answer);
  return `/api/discord/avatars/${id}/${hash}`;
}

function picture(type = "image/png", bytes = PNG): Response {
  return new Response(bytes, { headers: { "Content-Type": type, "Set-Cookie": "a=b", "X-Odd": "1" } });
}

describe("the picture of somebody from Discord", () => {
  it("[D21] comes through our server, and is asked of Discord once", async () => {
    const path = placed(() => picture());
    const first = await api(path);
    expect(first.status).toBe(200);
    expect(first.headers.get("Content-Type")).toBe("image/png");
    expect(first.headers.get("Cache-Control")).toBe("private, max-age=86400");
    expect(first.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect([first.headers.get("Set-Cookie"), first.headers.get("X-Odd")]).toEqual([null, null]);
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(PNG);
    await vi.waitFor(async () => {
      discord.requests.length = 0;
      const again = await api(`${path}?x=1`);
      expect(again.headers.get("Content-Type")).toBe("image/png");
      expect(new Uint8Array(await again.arrayBuffer())).toEqual(PNG);
      expect(discord.requests).toEqual([]);
    }, SOON);
    const [request] = await animated();
    expect(request?.url.startsWith(`${env.DISCORD_CDN ?? "-"}/avatars/`)).toBe(true);
    expect(request?.headers.get("Authorization")).toBeNull();
  });

  async function animated() {
    discord.requests.length = 0;
    expect((await api(placed(() => picture("image/GIF; x=y"), newHash("a_")))).status).toBe(200);
    return discord.requests;
  }

  it("[D21] is not found where Discord gives anything but a picture of at most 512 KiB in three seconds", async () => {
    const others = [
      () => picture("text/html"),
      () => picture("image/svg+xml"),
      () => picture(""),
      () => picture("image/png", new Uint8Array(512 * 1024 + 1)),
      () => picture("image/png", new Uint8Array()),
      () => new Response(PNG, { status: 403, headers: { "Content-Type": "image/png" } }),
      () => Response.redirect("https://evil.example/x.png", 302),
    ];
    for (const other of others) expect(await problemIn(await api(placed(other)))).toBe("404 not_found");
    expect((await api(placed(() => picture("image/webp", new Uint8Array(512 * 1024))))).status).toBe(200);
    discord.fail("avatar", () => Promise.reject(new TypeError("Network connection lost.")));
    expect(await problemIn(await api(placed(() => picture())))).toBe("404 not_found");
    discord.fail("avatar", HANGS);
    expect(await problemIn(await api(placed(() => picture())))).toBe("404 not_found");
    expect(discord.requests.filter(({ url }) => url.includes("evil.example"))).toEqual([]);
  });

  it("[D21] is asked for by an id and a hash, and by nothing else", async () => {
    const hash = "0".repeat(32);
    const paths = [
      "a/" + hash,
      `${"1".repeat(21)}/${hash}`,
      "1/x",
      `1/b_${hash}`,
      `1/${hash}0`,
      `1/${hash}.png`,
      "1/A" + hash,
    ];
    for (const path of [...paths, `%2e%2e/${hash}`, `1%3f/${hash}`])
      expect(await problemIn(await api(`/api/discord/avatars/${path}`))).toBe("404 not_found");
    expect(discord.requests).toEqual([]);
  });
});
