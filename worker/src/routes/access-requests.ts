// Asking to be let in. Whoever asks learns nothing by it: the answer is the same for any address.
import { type AccessRequestList, answerAccessRequestSchema, askAccessRequestSchema } from "@reed/api";
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { requirePerson } from "./person.ts";

export const accessRequests = new Hono<AppEnv>()
  .post("/api/notes/:noteId/access-requests", async (c) => {
    const noteId = noteIdOfPath(c);
    const { id, name } = await requirePerson(c);
    const { message } = await readJson(c, askAccessRequestSchema);
    await noteObject(c.env, noteId).askAccess({ id, name }, message ?? null);
    return c.body(null, 202);
  })
  .get("/api/notes/:noteId/access-requests", async (c) => {
    const noteId = noteIdOfPath(c);
    const asker = await requirePerson(c);
    const found = await noteObject(c.env, noteId).accessRequests(asker);
    if ("code" in found) throw new ApiProblem(found.code);
    const items = found.map(({ id, user, message, atUs }) => {
      const at = new Date(Math.floor(atUs / 1000)).toISOString();
      return { id, user, message, at };
    });
    return c.json({ items, nextCursor: null } satisfies AccessRequestList);
  })
  .post("/api/notes/:noteId/access-requests/:requestId", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requirePerson(c);
    const { role } = await readJson(c, answerAccessRequestSchema);
    const refusal = await noteObject(c.env, noteId).answerRequest(actor, c.req.param("requestId"), role);
    if (refusal !== null) throw new ApiProblem(refusal.code);
    return c.json({});
  });
