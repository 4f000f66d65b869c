// What anybody may know of the server.
import type { Health, Platform } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { Hono } from "hono";
import manifest from "../../package.json";
import { configOf } from "../env.ts";
import type { AppEnv } from "../http/context.ts";

export const platform = new Hono<AppEnv>()
  .get("/healthz", (c) =>
    c.json({ ok: true, version: manifest.version } satisfies Health, 200, { "Cache-Control": "no-store" }),
  )
  .get("/api/platform", (c) =>
    c.json({ platformKey: toBase64Url(configOf(c.env).platform.publicKey) } satisfies Platform),
  );
