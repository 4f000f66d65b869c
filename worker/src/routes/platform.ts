// What anybody may know of the server.
import type { Health, Platform } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { Hono } from "hono";
import manifest from "../../package.json";
import { configOf, type Env } from "../env.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { log } from "../log.ts";

/** Whoever asks whether the server is well gives up about then. */
const PATIENCE_MS = 2000;
/** Of no note: it can't be an id. An object by that name writes nothing. */
const PROBE = "healthz";

export const platform = new Hono<AppEnv>()
  .get("/healthz", async (c) => {
    const [database, object] = await Promise.all([inTime(asksDatabase(c.env)), inTime(asksObject(c.env))]);
    if (!database || !object) {
      const part = database ? "object" : "database";
      log("error", { requestId: c.get("requestId"), unavailable: part });
      throw new ApiProblem("unavailable", part);
    }
    return c.json({ ok: true, version: manifest.version } satisfies Health, 200, { "Cache-Control": "no-store" });
  })
  .get("/api/platform", (c) => {
    const { platform: key, discord } = configOf(c.env);
    const answer: Platform = {
      platformKey: toBase64Url(key.publicKey),
      discordApplicationId: discord?.applicationId ?? null,
    };
    return c.json(answer);
  });

async function asksDatabase(env: Env): Promise<boolean> {
  return (await env.PLATFORM.prepare("SELECT 1 AS one").first("one")) === 1;
}

async function asksObject(env: Env): Promise<boolean> {
  return (await env.NOTE.get(env.NOTE.idFromName(PROBE)).card(null)).state === "unknown";
}

async function inTime(check: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), PATIENCE_MS);
  try {
    return await Promise.race([check, late.promise]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
