// A copy of a note: its text and its look, in a new note of whoever asks. People, links and the past stay with the first.
import type { Settings } from "@reed/api";
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import type { SettingsChange } from "../settings/settings.ts";
import { requireActor } from "./actor.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { makeNote } from "./notes.ts";

export const duplicate = new Hono<AppEnv>().post("/api/notes/:noteId/duplicate", async (c) => {
  const noteId = noteIdOfPath(c);
  const found = await noteObject(c.env, noteId).exportNote(await requireActor(c));
  if ("code" in found) throw new ApiProblem(found.code);
  const made = await makeNote(c, found.text, lookOf(found.settings));
  return c.json(made, 201, { Location: `/api/notes/${made.id}` });
});

/** undefined: that of every new note. */
function lookOf({ color, icon, tags, preview }: Settings): SettingsChange | undefined {
  if (color === null && icon === null && preview === null && tags.length === 0) return undefined;
  return {
    ...(color === null ? {} : { color }),
    ...(icon === null ? {} : { icon }),
    ...(preview === null ? {} : { preview }),
    ...(tags.length === 0 ? {} : { tags: { add: tags } }),
  };
}
