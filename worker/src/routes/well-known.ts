// What other services need to verify our tokens. A key appears here before it signs and stays while it verifies.
import { Hono } from "hono";
import { configOf } from "../env.ts";
import type { AppEnv } from "../http/context.ts";

export const wellKnown = new Hono<AppEnv>().get("/.well-known/jwks.json", (c) =>
  c.json({ keys: configOf(c.env).tokens.publicKeys }, 200, {
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
  }),
);
