// Share links: for owners only, decided by the note's object. Each is one capability with an address of its own.
import { createLinkRequestSchema, type Link, type LinkList } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { parseLinkId } from "@reed/log";
import { Hono } from "hono";
import { requireCaller } from "../auth/credentials.ts";
import { drawAhead } from "../card-pictures.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import type { LinkRow } from "../note/links.ts";
import { linkIdOfPath, noteIdOfPath, noteObject, noteUrl } from "./note-address.ts";

export const links = new Hono<AppEnv>()
  .get("/api/notes/:noteId/links", async (c) => {
    const noteId = noteIdOfPath(c);
    const caller = await requireCaller(c);
    const found = await noteObject(c.env, noteId).listLinks(caller.principal);
    if ("code" in found) throw new ApiProblem(found.code);
    const items = found.map((link) => linkJson(link, link.live, noteUrl(c, noteId)));
    return c.json({ items, nextCursor: null } satisfies LinkList);
  })
  .post("/api/notes/:noteId/links", async (c) => {
    const noteId = noteIdOfPath(c);
    const caller = await requireCaller(c);
    const request = await readJson(c, createLinkRequestSchema);
    const made = await noteObject(c.env, noteId).addLink(caller.principal, {
      role: request.role,
      name: request.name ?? null,
      expiresUs:
        request.expiresAt === undefined || request.expiresAt === null ? null : Date.parse(request.expiresAt) * 1000,
      maxUses: request.maxUses ?? null,
    });
    if ("code" in made) throw new ApiProblem(made.code);
    const linkId = parseLinkId(made.linkId);
    if (linkId !== null) c.executionCtx.waitUntil(drawAhead(c.env, noteId, linkId));
    return c.json(linkJson(made, made.live, noteUrl(c, noteId)), 201, {
      Location: `/api/notes/${noteId}/links/${made.linkId}`,
    });
  })
  .delete("/api/notes/:noteId/links/:linkId", async (c) => {
    const noteId = noteIdOfPath(c);
    const linkId = linkIdOfPath(c);
    const caller = await requireCaller(c);
    const refusal = await noteObject(c.env, noteId).revokeLink(caller.principal, linkId);
    if (refusal !== null) throw new ApiProblem(refusal.code);
    return c.body(null, 204);
  });

function linkJson(link: LinkRow, live: number, noteAddress: string): Link {
  const fragment = link.secret === null ? "" : `#${toBase64Url(link.secret)}`;
  return {
    id: link.linkId,
    url: `${noteAddress}/${link.linkId}${fragment}`,
    role: link.role,
    name: link.name,
    createdAt: timeOf(link.createdUs),
    expiresAt: link.expiresUs === null ? null : timeOf(link.expiresUs),
    maxUses: link.maxUses,
    uses: link.uses,
    lastUsedAt: link.lastUsedUs === null ? null : timeOf(link.lastUsedUs),
    live,
  };
}

function timeOf(us: number): string {
  return new Date(Math.floor(us / 1000)).toISOString();
}
