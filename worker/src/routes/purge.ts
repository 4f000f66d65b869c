// What the timer does, for an operator who will not wait for it.
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { requireOperator } from "../http/operator.ts";
import { purgeDue } from "../identity/purge.ts";

export const purge = new Hono<AppEnv>().post("/api/admin/purge", async (c) => {
  requireOperator(c);
  return c.json(await purgeDue(c.env, Date.now()));
});
