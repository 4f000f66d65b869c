// The chat channel that the caller came through, and one note: owners give it the note and take it back. Decided by the note's object.
import { type Channel, type CutResponse, putChannelRequestSchema, type PutChannelResponse } from "@reed/api";
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import type { Person } from "../note/rpc.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { requirePerson } from "./person.ts";

export const channel = new Hono<AppEnv>()
  .get("/api/notes/:noteId/channel", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requirePerson(c);
    const found = await noteObject(c.env, noteId).channelRole(actor);
    if ("code" in found) throw new ApiProblem(found.code);
    return c.json({ channelId: channelIdOf(actor), role: found.role } satisfies Channel);
  })
  .put("/api/notes/:noteId/channel", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requirePerson(c);
    const { role } = await readJson(c, putChannelRequestSchema);
    const put = await noteObject(c.env, noteId).putChannel(actor, role);
    if ("code" in put) throw new ApiProblem(put.code);
    return c.json({ channelId: channelIdOf(actor), role } satisfies PutChannelResponse);
  })
  .delete("/api/notes/:noteId/channel", async (c) => {
    const noteId = noteIdOfPath(c);
    const cut = await noteObject(c.env, noteId).removeChannel(await requirePerson(c));
    if ("code" in cut) throw new ApiProblem(cut.code);
    return c.json({ cut } satisfies CutResponse);
  });

/** Of somebody whom the note's object let pass, which it does with a channel only. */
function channelIdOf({ channelId = null }: Person): string {
  if (channelId === null) throw new ApiProblem("space_only");
  return channelId;
}
