// The chat channel that the caller's session was opened in: what is there, and that they are there too.
import { beHereRequestSchema, type Space as SpaceJson, type SpaceView, spaceQuerySchema } from "@reed/api";
import { parseNoteId } from "@reed/log";
import { Hono } from "hono";
import type { Caller } from "../auth/caller.ts";
import type { CallerSpace } from "../auth/caller-space.ts";
import { requireCaller } from "../auth/credentials.ts";
import type { Env } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { readQuery } from "../http/read-query.ts";
import { type SpaceCalls, spaceName, type SpaceView as View } from "../space/rpc.ts";

interface Inside extends Caller {
  readonly space: CallerSpace;
}

export const space = new Hono<AppEnv>()
  .get("/api/space", async (c) => {
    const { customId = null } = readQuery(c, spaceQuerySchema);
    const caller = await requireInside(c);
    const view = await known(c.env, caller, (object) => object.view(caller.sessionId, customId));
    return c.json({ ...hereJson(view), target: view.target } satisfies SpaceJson);
  })
  .put("/api/space/here", async (c) => {
    const caller = await requireInside(c);
    const { noteId, hasChanged = false } = await readJson(c, beHereRequestSchema);
    const open = noteId === null ? null : parseNoteId(noteId);
    const view = await known(c.env, caller, (object) => object.here(caller.sessionId, open, hasChanged));
    return c.json(hereJson(view) satisfies SpaceView);
  });

async function requireInside(c: AppContext): Promise<Inside> {
  const caller = await requireCaller(c);
  if (caller.space === null) throw new ApiProblem("space_only");
  return { ...caller, space: caller.space };
}

/** What the space says to a session that holds; one that the space does not know comes in first. */
async function known(
  env: Env,
  { userId, sessionId, name, space: at }: Inside,
  ask: (object: SpaceCalls) => Promise<View | null>,
): Promise<View> {
  const { channelId, guildId, instance, discordId } = at;
  const object = env.SPACE.get(env.SPACE.idFromName(spaceName(channelId)));
  const view = await ask(object);
  if (view !== null) return view;
  await object.enter({ userId, sessionId, discordId, name, channelId, guildId, instance });
  const entered = await ask(object);
  if (entered === null) throw new Error("whoever has entered a space is known there");
  return entered;
}

function hereJson({ channelId, guildId, notes, people }: View): SpaceView {
  return {
    channelId,
    guildId,
    notes: notes.map(({ id, title, role, modifiedMs, addedBy }) => ({
      id,
      title,
      role,
      modifiedAt: new Date(modifiedMs).toISOString(),
      addedBy,
    })),
    people: [...people],
  };
}
