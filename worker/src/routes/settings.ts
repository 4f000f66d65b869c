// A note in a few fields, and its settings.
import { changeSettingsRequestSchema, type NoteInfo, type Settings } from "@reed/api";
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { requireActor } from "./actor.ts";
import { noteIdOfPath, noteObject, noteUrl } from "./note-address.ts";

export const settings = new Hono<AppEnv>()
  .get("/api/notes/:noteId", async (c) => {
    const noteId = noteIdOfPath(c);
    const found = await noteObject(c.env, noteId).info(await requireActor(c));
    if ("code" in found) throw new ApiProblem(found.code);
    const { role, title, modifiedUs, isCompliant, trashedUs } = found;
    const updatedAt = modifiedUs === null ? null : new Date(Math.floor(modifiedUs / 1000)).toISOString();
    const trashedAt = trashedUs === null ? null : new Date(Math.floor(trashedUs / 1000)).toISOString();
    const compliance = { on: isCompliant };
    const url = noteUrl(c, noteId);
    return c.json({
      id: noteId,
      url,
      role,
      title,
      updatedAt,
      trashedAt,
      compliance,
      settings: found.settings,
    } satisfies NoteInfo);
  })
  .get("/api/notes/:noteId/settings", async (c) => {
    const found = await noteObject(c.env, noteIdOfPath(c)).settings(await requireActor(c));
    if ("code" in found) throw new ApiProblem(found.code);
    return c.json(found satisfies Settings);
  })
  .patch("/api/notes/:noteId/settings", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requireActor(c);
    const request = await readJson(c, changeSettingsRequestSchema);
    const changed = await noteObject(c.env, noteId).changeSettings(actor, request);
    if ("code" in changed) throw new ApiProblem(changed.code);
    return c.json(changed satisfies Settings);
  });
