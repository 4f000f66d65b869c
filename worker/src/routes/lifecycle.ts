// The end of a note: into the trash, back from it, and away for good. For owners.
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import type { Refusal } from "../note/rpc.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { requirePerson } from "./person.ts";

export const lifecycle = new Hono<AppEnv>()
  .delete("/api/notes/:noteId", async (c) => {
    const noteId = noteIdOfPath(c);
    return answer(c, await noteObject(c.env, noteId).trash(await requirePerson(c)));
  })
  .post("/api/notes/:noteId/restore", async (c) => {
    const noteId = noteIdOfPath(c);
    return answer(c, await noteObject(c.env, noteId).untrash(await requirePerson(c)));
  })
  .delete("/api/notes/:noteId/permanently", async (c) => {
    const noteId = noteIdOfPath(c);
    return answer(c, await noteObject(c.env, noteId).purge(await requirePerson(c)));
  });

function answer(c: AppContext, refusal: Refusal | null): Response {
  if (refusal !== null) throw new ApiProblem(refusal.code);
  return c.body(null, 204);
}
