// The fake Discord in the place of `fetch`, for tests in the Workers runtime. It reaches the objects too.
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { FakeDiscord } from "./fake-discord.test-support.ts";

/** Until `vi.unstubAllGlobals`. */
export function stubDiscord(): FakeDiscord {
  const discord = new FakeDiscord(env);
  vi.stubGlobal("fetch", discord.fetch);
  return discord;
}
