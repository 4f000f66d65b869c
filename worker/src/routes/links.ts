// Share links: for owners only, decided by the note's object. Each is one capability with an address of its own.
import {
  changeLinkRequestSchema,
  createLinkRequestSchema,
  type CutResponse,
  type Link,
  type LinkList,
} from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { parseLinkId } from "@reed/log";
import { Hono } from "hono";
import { drawAhead } from "../card-pictures.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import type { LinkView } from "../note/rpc.ts";
import { linkIdOfPath, noteIdOfPath, noteObject, noteUrl } from "./note-address.ts";
import { requirePerson } from "./person.ts";

export const links = new Hono<AppEnv>()
  .get("/api/notes/:noteId/links", async (c) => {
    const noteId = noteIdOfPath(c);
    const found = await noteObject(c.env, noteId).listLinks(await requirePerson(c));
    if ("code" in found) throw new ApiProblem(found.code);
    const url = noteUrl(c, noteId);
    // Whoever looks at the links is about to paste one.
    const pasted = parseLinkId(found.find(({ revokedUs }) => revokedUs === null)?.linkId ?? "");
    if (pasted !== null) c.executionCtx.waitUntil(drawAhead(c.env, noteId, pasted));
    const items = found.map((link) => linkJson(link, url));
    return c.json({ items, nextCursor: null, restricted: { url } } satisfies LinkList);
  })
  .post("/api/notes/:noteId/links", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requirePerson(c);
    const request = await readJson(c, createLinkRequestSchema);
    const made = await noteObject(c.env, noteId).addLink(actor, {
      role: request.role,
      name: request.name ?? null,
      expiresUs: usOf(request.expiresAt ?? null),
      maxUses: request.maxUses ?? null,
    });
    if ("code" in made) throw new ApiProblem(made.code);
    const linkId = parseLinkId(made.linkId);
    if (linkId !== null) c.executionCtx.waitUntil(drawAhead(c.env, noteId, linkId));
    return c.json(linkJson(made, noteUrl(c, noteId)), 201, { Location: `/api/notes/${noteId}/links/${made.linkId}` });
  })
  .patch("/api/notes/:noteId/links/:linkId", async (c) => {
    const noteId = noteIdOfPath(c);
    const linkId = linkIdOfPath(c);
    const actor = await requirePerson(c);
    const { name, expiresAt, maxUses } = await readJson(c, changeLinkRequestSchema);
    const changed = await noteObject(c.env, noteId).changeLink(actor, linkId, {
      ...(name === undefined ? {} : { name }),
      ...(expiresAt === undefined ? {} : { expiresUs: usOf(expiresAt) }),
      ...(maxUses === undefined ? {} : { maxUses }),
    });
    if ("code" in changed) throw new ApiProblem(changed.code);
    return c.json(linkJson(changed, noteUrl(c, noteId)));
  })
  .delete("/api/notes/:noteId/links/:linkId", async (c) => {
    const noteId = noteIdOfPath(c);
    const linkId = linkIdOfPath(c);
    const cut = await noteObject(c.env, noteId).revokeLink(await requirePerson(c), linkId);
    if ("code" in cut) throw new ApiProblem(cut.code);
    return c.json({ cut } satisfies CutResponse);
  });

function linkJson(link: LinkView, noteAddress: string): Link {
  const fragment = link.secret === null ? "" : `#${toBase64Url(link.secret)}`;
  return {
    id: link.linkId,
    url: `${noteAddress}/${link.linkId}${fragment}`,
    role: link.role,
    name: link.name,
    createdAt: timeOf(link.createdUs),
    createdBy: link.creator,
    expiresAt: link.expiresUs === null ? null : timeOf(link.expiresUs),
    maxUses: link.maxUses,
    uses: link.uses,
    lastUsedAt: link.lastUsedUs === null ? null : timeOf(link.lastUsedUs),
    live: link.live,
  };
}

function timeOf(us: number): string {
  return new Date(Math.floor(us / 1000)).toISOString();
}

function usOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time) * 1000;
}
