// The page behind a link. Anybody may ask: what it shows is what the link itself lets one read, the same bytes for everybody.
import { cardOf } from "@reed/card";
import { type LinkId, type NoteId, parseLinkId, parseNoteId } from "@reed/log";
import { Hono } from "hono";
import { cardHeaders, matchesTag } from "../card/headers.ts";
import { type AppShell, cardPage, parseAppShell } from "../card/page.ts";
import { noticePath, pictureKey, picturePath, revisionOf, tagOf } from "../card/revision.ts";
import { pictureInputOf } from "../card-pictures.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import type { CardState } from "../note/rpc.ts";
import { noteObject } from "./note-address.ts";
import { currentPicture } from "./pictures.ts";

const EXTENSION = /^([A-Za-z0-9_-]{16})\.(png|md|txt)$/;
const UNKNOWN: CardState = { state: "unknown" };

export const cards = new Hono<AppEnv>()
  .get("/n/:noteId", (c) => page(c, parseNoteId(c.req.param("noteId")), null))
  .get("/n/:noteId/:linkId", async (c) => {
    const noteId = parseNoteId(c.req.param("noteId"));
    const [, plain = c.req.param("linkId"), extension] = EXTENSION.exec(c.req.param("linkId")) ?? [];
    const linkId = parseLinkId(plain);
    if (extension === undefined) return page(c, linkId === null ? null : noteId, linkId);
    const card = noteId === null || linkId === null ? UNKNOWN : await noteObject(c.env, noteId).card(linkId);
    return extension === "png" ? currentPicture(c, noteId, card) : plainText(c, card);
  });

async function page(c: AppContext, noteId: NoteId | null, linkId: LinkId | null): Promise<Response> {
  const [card, appShell] = await Promise.all([
    noteId === null ? UNKNOWN : noteObject(c.env, noteId).card(linkId),
    appShellOf(c),
  ]);
  const html = noteId === null ? noticePage(c, "unknown", appShell) : await pageOf(c, noteId, linkId, card, appShell);
  const tag = await tagOf(html);
  const { status, headers } = cardHeaders(card.state, tag);
  if (card.state === "content" && matchesTag(c.req.header("If-None-Match") ?? null, tag))
    return new Response(null, { status: 304, headers });
  return new Response(html, { status, headers });
}

async function pageOf(
  c: AppContext,
  noteId: NoteId,
  linkId: LinkId | null,
  card: CardState,
  appShell: AppShell,
): Promise<string> {
  const { origin } = new URL(c.req.url);
  const pageUrl = `${origin}/n/${noteId}${linkId === null ? "" : `/${linkId}`}`;
  switch (card.state) {
    case "unknown":
    case "gone":
      return noticePage(c, card.state, appShell);
    case "restricted":
      return cardPage({
        state: "restricted",
        urls: { page: pageUrl, picture: origin + noticePath("shared") },
        appShell,
      });
    case "content": {
      const revision = await revisionOf(pictureInputOf(card.text));
      const path = await picturePath(await pictureKey(configOf(c.env).cardSecret), { noteId, linkId, revision });
      const urls = { page: pageUrl, picture: origin + path };
      return cardPage({
        state: "content",
        card: cardOf(card.text),
        text: card.text,
        paper: "paper",
        modifiedAtMs: card.modifiedAtMs,
        urls,
        appShell,
      });
    }
  }
}

function noticePage(c: AppContext, state: "unknown" | "gone", appShell: AppShell): string {
  return cardPage({ state, urls: { picture: new URL(c.req.url).origin + noticePath("unavailable") }, appShell });
}

function plainText(c: AppContext, card: CardState): Response {
  if (card.state === "content") return c.text(card.text, 200, { "Cache-Control": "no-store" });
  return c.text("This note is not available.\n", card.state === "gone" ? 410 : 404, { "Cache-Control": "no-store" });
}

/** The built app, whose page the card page becomes. */
async function appShellOf(c: AppContext): Promise<AppShell> {
  const response = await c.env.ASSETS.fetch(new Request(new URL("/", c.req.url)));
  if (!response.ok) throw new Error(`the built app is missing: ${response.status}`);
  return parseAppShell(await response.text());
}
