// GET /api/notes: the list of whoever calls, and the search in it.
import { listNotesQuerySchema, type NoteList } from "@reed/api";
import { Hono } from "hono";
import { requireCaller } from "../auth/credentials.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readQuery } from "../http/read-query.ts";
import { libraryObject } from "./private-log.ts";

export const library = new Hono<AppEnv>().get("/api/notes", async (c) => {
  const caller = await requireCaller(c);
  const query = readQuery(c, listNotesQuerySchema);
  const answer = await libraryObject(c.env, caller.userId).list(caller.userId, query, new URL(c.req.url).origin);
  if ("code" in answer) throw new ApiProblem("invalid", "cursor");
  const { items, nextCursor } = answer;
  return c.json({ items: [...items], nextCursor } satisfies NoteList, 200, { "Cache-Control": "no-store" });
});
