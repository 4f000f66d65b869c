import { OPERATIONS } from "@reed/api/operations";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { env, exports } from "cloudflare:workers";
import { stubDiscord } from "../discord/discord.test-support.ts";
import { ORIGIN, startWorld } from "../world.test-support.ts";
import { fuzzOperation } from "./fuzz.test-support.ts";

/** The long run is `npm run fuzz:http`. */
const REQUESTS = 10;
const SEED = 1;

beforeAll(async () => {
  stubDiscord();
  await startWorld();
});
afterAll(() => void vi.unstubAllGlobals());

describe("an operation that is sent strange requests", () => {
  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    "[H42] %s answers as it says",
    async (_, operation) => {
      const send = async (path: string, init: RequestInit) => {
        const response = await exports.default.fetch(ORIGIN + path, init);
        response.webSocket?.accept();
        response.webSocket?.close(1000);
        return response;
      };
      const adminToken = env.ADMIN_TOKEN ?? null;
      const tally = await fuzzOperation(operation, { send, count: REQUESTS, seed: SEED, adminToken });
      expect(tally.sent).toBe(REQUESTS);
      expect([tally.authenticated, tally.allowed]).toEqual([REQUESTS / 2, REQUESTS / 5]);
    },
  );
});
