// The page behind a link, and the same as text or picture. Anybody may ask: what it shows is what the link itself lets one see, the
// same bytes for everybody. Nothing is used up by looking (docs/spec/cards.md).
import { type LinkId, type NoteId, parseLinkId, parseNoteId } from "@reed/log";
import { Hono } from "hono";
import { cardHeaders, matchesTag, type TextType } from "../card/headers.ts";
import { type Notice, NOTICES } from "../card/notices.ts";
import { type AppShell, cardPage, type PageState, parseAppShell } from "../card/page.ts";
import { noticePath, pictureKey, picturePath, revisionOf, tagOf } from "../card/revision.ts";
import { pictureOf, type Shown, shownOf } from "../card/shown.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { exportPage } from "../text-io/export-page.ts";
import { noteObject } from "./note-address.ts";
import { currentPicture } from "./pictures.ts";

const EXTENSION = /^([A-Za-z0-9_-]{16})\.(png|square\.png|md|txt|html)$/;
const UNKNOWN: Shown = { state: "unknown" };

export const cards = new Hono<AppEnv>()
  .get("/n/:noteId", (c) => page(c, parseNoteId(c.req.param("noteId")), null))
  .get("/n/:noteId/:linkId", async (c) => {
    const noteId = parseNoteId(c.req.param("noteId"));
    const [, plain = c.req.param("linkId"), extension] = EXTENSION.exec(c.req.param("linkId")) ?? [];
    const linkId = parseLinkId(plain);
    if (extension === undefined) return page(c, linkId === null ? null : noteId, linkId);
    const shown = noteId === null || linkId === null ? UNKNOWN : shownOf(await noteObject(c.env, noteId).card(linkId));
    switch (extension) {
      case "png":
        return currentPicture(c, noteId, shown, "wide");
      case "square.png":
        return currentPicture(c, noteId, shown, "square");
      case "html":
        return answer(c, shown.state, htmlOf(shown), "html");
      case "md":
        return answer(c, shown.state, textOf(shown), "markdown");
      default:
        return answer(c, shown.state, textOf(shown), "plain");
    }
  });

async function page(c: AppContext, noteId: NoteId | null, linkId: LinkId | null): Promise<Response> {
  const [card, appShell] = await Promise.all([
    noteId === null ? null : noteObject(c.env, noteId).card(linkId),
    appShellOf(c),
  ]);
  const shown = card === null ? UNKNOWN : shownOf(card);
  const html = noteId === null ? noticePage(c, "unknown", appShell) : await pageOf(c, noteId, linkId, shown, appShell);
  return answer(c, shown.state, html, "html");
}

async function answer(c: AppContext, state: PageState, body: string, type: TextType): Promise<Response> {
  const tag = await tagOf(body);
  const { status, headers } = cardHeaders(state, tag, type);
  if (state === "content" && matchesTag(c.req.header("If-None-Match") ?? null, tag))
    return new Response(null, { status: 304, headers });
  return new Response(body, { status, headers });
}

async function pageOf(
  c: AppContext,
  noteId: NoteId,
  linkId: LinkId | null,
  shown: Shown,
  appShell: AppShell,
): Promise<string> {
  const { origin } = new URL(c.req.url);
  const pageUrl = `${origin}/n/${noteId}${linkId === null ? "" : `/${linkId}`}`;
  switch (shown.state) {
    case "unknown":
    case "gone":
      return noticePage(c, shown.state, appShell);
    case "restricted":
    case "sealed": {
      const picture = origin + noticePath(shown.state === "sealed" ? "sealed" : "shared");
      return cardPage({ state: shown.state, urls: { page: pageUrl, picture }, appShell });
    }
    case "content": {
      const revision = await revisionOf(pictureOf(shown, "wide"));
      const path = await picturePath(await pictureKey(configOf(c.env).cardSecret), { noteId, linkId, revision });
      return cardPage({ ...shown, urls: { page: pageUrl, picture: origin + path }, appShell });
    }
  }
}

function noticePage(c: AppContext, state: "unknown" | "gone", appShell: AppShell): string {
  return cardPage({ state, urls: { picture: new URL(c.req.url).origin + noticePath("unavailable") }, appShell });
}

/** As much as the card shows: a chat makes previews of text files too. */
function textOf(shown: Shown): string {
  if (shown.state !== "content") return `${noticeOf(shown.state).title}\n`;
  return shown.text ?? `${shown.card.title ?? NOTICES.empty.title}\n`;
}

function htmlOf(shown: Shown): string {
  const isShown = shown.state === "content";
  return exportPage({
    title: isShown ? (shown.card.title ?? "") : noticeOf(shown.state).title,
    text: textOf(shown),
    updatedAt: isShown && shown.modifiedAtMs !== null ? new Date(shown.modifiedAtMs).toISOString() : null,
  });
}

function noticeOf(state: Exclude<PageState, "content">): Notice {
  if (state === "gone" || state === "unknown") return NOTICES.unavailable;
  return state === "sealed" ? NOTICES.sealed : NOTICES.shared;
}

/** The built app, whose page the card page becomes. */
async function appShellOf(c: AppContext): Promise<AppShell> {
  const response = await c.env.ASSETS.fetch(new Request(new URL("/", c.req.url)));
  if (!response.ok) throw new Error(`the built app is missing: ${response.status}`);
  return parseAppShell(await response.text());
}
