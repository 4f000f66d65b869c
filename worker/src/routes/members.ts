// The people of a note: for whoever may see them, and for owners to change. Decided by the note's object.
import {
  type CutResponse,
  type Member as MemberJson,
  type MemberList,
  putMemberRequestSchema,
  type PutMemberResponse,
} from "@reed/api";
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { findUser } from "../identity/users.ts";
import type { Member } from "../note/rpc.ts";
import { noteIdOfPath, noteObject, userIdOfPath } from "./note-address.ts";
import { requirePerson } from "./person.ts";

export const members = new Hono<AppEnv>()
  .get("/api/notes/:noteId/members", async (c) => {
    const noteId = noteIdOfPath(c);
    const asker = await requirePerson(c);
    const found = await noteObject(c.env, noteId).members(asker);
    if ("code" in found) throw new ApiProblem(found.code);
    const items = found.map((member) => memberJson(member, asker.id));
    return c.json({ items, nextCursor: null } satisfies MemberList);
  })
  .put("/api/notes/:noteId/members/:userId", async (c) => {
    const noteId = noteIdOfPath(c);
    const userId = userIdOfPath(c);
    const actor = await requirePerson(c);
    const { role } = await readJson(c, putMemberRequestSchema);
    const name = await nameOf(c, userId);
    const shared = await noteObject(c.env, noteId).putMember(actor, { id: userId, name }, role);
    if ("code" in shared) throw new ApiProblem(shared.code);
    const { member, isNew, cut } = shared;
    return c.json({ ...memberJson(member, actor.id), cut } satisfies PutMemberResponse, isNew ? 201 : 200);
  })
  .delete("/api/notes/:noteId/members/:userId", async (c) => {
    const noteId = noteIdOfPath(c);
    const userId = userIdOfPath(c);
    const cut = await noteObject(c.env, noteId).removeMember(await requirePerson(c), userId);
    if ("code" in cut) throw new ApiProblem(cut.code);
    return c.json({ cut } satisfies CutResponse);
  });

/** Throws an ApiProblem for an id that nobody has. */
async function nameOf(c: AppContext, userId: string): Promise<string> {
  const found = await findUser(c.env.PLATFORM, userId);
  if (found === null) throw new ApiProblem("not_found");
  return found.user.name;
}

function memberJson({ id, name, role, sinceUs, sharedBy }: Member, callerId: string): MemberJson {
  const since = new Date(Math.floor(sinceUs / 1000)).toISOString();
  return { user: { id, name }, role, since, sharedBy, isYou: id === callerId };
}
