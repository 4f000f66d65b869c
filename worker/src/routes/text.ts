// The note as plain Markdown: for whoever may read it, by account or by link.
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { requireReader } from "./reader.ts";

export const text = new Hono<AppEnv>().get("/api/notes/:noteId/text", async (c) => {
  const noteId = noteIdOfPath(c);
  const found = await noteObject(c.env, noteId).text(await requireReader(c));
  if (found === null) throw new ApiProblem("not_found");
  return c.body(found.text, 200, { "Content-Type": "text/markdown; charset=utf-8", "Cache-Control": "no-store" });
});
