// Whom the owners of a note keep out, whatever links they hold.
import { type BlockList, blockRequestSchema, type BlockResponse } from "@reed/api";
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import type { Blocked } from "../note/blocks.ts";
import { noteIdOfPath, noteObject, parseUserId } from "./note-address.ts";
import { requirePerson } from "./person.ts";

const DEVICE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export const blocks = new Hono<AppEnv>()
  .get("/api/notes/:noteId/blocks", async (c) => {
    const noteId = noteIdOfPath(c);
    const asker = await requirePerson(c);
    const found = await noteObject(c.env, noteId).blocks(asker);
    if ("code" in found) throw new ApiProblem(found.code);
    const items = found.map(({ id, user, by, atUs }) => {
      const at = new Date(Math.floor(atUs / 1000)).toISOString();
      return { id, user, by, at };
    });
    return c.json({ items, nextCursor: null } satisfies BlockList);
  })
  .post("/api/notes/:noteId/blocks", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requirePerson(c);
    const request = await readJson(c, blockRequestSchema);
    const blocked: Blocked =
      "userId" in request ? { kind: "user", id: request.userId } : { kind: "device", id: request.device };
    const done = await noteObject(c.env, noteId).block(actor, blocked);
    if ("code" in done) throw new ApiProblem(done.code, done.code === "invalid" ? "userId" : undefined);
    return c.json({ cut: done.cut } satisfies BlockResponse, done.isNew ? 201 : 200);
  })
  .delete("/api/notes/:noteId/blocks/:blockId", async (c) => {
    const noteId = noteIdOfPath(c);
    const blocked = blockedOfPath(c);
    const asker = await requirePerson(c);
    const refusal = await noteObject(c.env, noteId).unblock(asker, blocked);
    if (refusal !== null) throw new ApiProblem(refusal.code);
    return c.body(null, 204);
  });

function blockedOfPath(c: AppContext): Blocked {
  const id = c.req.param("blockId") ?? "";
  if (DEVICE.test(id)) return { kind: "device", id };
  const userId = parseUserId(id);
  if (userId === null) throw new ApiProblem("not_found");
  return { kind: "user", id: userId };
}
