// Finding one person to share with: by the whole of the username, for whoever brings an access token.
import { type FoundUser, userQuerySchema } from "@reed/api";
import { Hono } from "hono";
import { requireCaller } from "../auth/credentials.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readQuery } from "../http/read-query.ts";
import { findByUsername } from "../identity/accounts.ts";

export const users = new Hono<AppEnv>().get("/api/users", async (c) => {
  await requireCaller(c);
  const { username } = readQuery(c, userQuerySchema);
  const found = await findByUsername(c.env.PLATFORM, username);
  if (found === null) throw new ApiProblem("not_found");
  return c.json(found satisfies FoundUser, 200, { "Cache-Control": "no-store" });
});
