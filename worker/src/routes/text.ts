// The note as plain Markdown: for whoever may read it, by account or by link.
import { Hono } from "hono";
import { credentialsOf } from "../auth/credentials.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";

export const text = new Hono<AppEnv>().get("/api/notes/:noteId/text", async (c) => {
  const noteId = noteIdOfPath(c);
  const credentials = await credentialsOf(c);
  if (credentials.type === "none") throw new ApiProblem("unauthenticated");
  const found = await noteObject(c.env, noteId).text({
    user: credentials.type === "user" ? credentials.caller.principal : null,
    linkId: credentials.type === "link" ? credentials.linkId : null,
  });
  if (found === null) throw new ApiProblem("not_found");
  return c.body(found.text, 200, { "Content-Type": "text/markdown; charset=utf-8", "Cache-Control": "no-store" });
});
