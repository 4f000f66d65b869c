// Pictures for link previews. The address is signed, so nobody makes work for the renderer; the note is asked each time, so a
// revoked link has no picture. An old address of a live link gives the picture of now.
import type { NoteId } from "@reed/log";
import { Hono } from "hono";
import { matchesTag, pictureHeaders, type PictureState } from "../card/headers.ts";
import type { NoticeKind } from "../card/notices.ts";
import { noticePicture } from "../card/picture.ts";
import type { Shape } from "../card/picture/draft.ts";
import { isGenuine, parseNoticePath, parsePicturePath, pictureKey, tagOf } from "../card/revision.ts";
import { pictureOf, type Shown, shownOf } from "../card/shown.ts";
import { notePicture } from "../card-pictures.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { noteObject } from "./note-address.ts";

const UNKNOWN: Shown = { state: "unknown" };

export const pictures = new Hono<AppEnv>()
  .get("/og/:noteId/:linkId/:file", async (c) => {
    const address = parsePicturePath(c.req.path);
    if (address === null || !(await isGenuine(await pictureKey(configOf(c.env).cardSecret), address)))
      return currentPicture(c, null, UNKNOWN, "wide");
    const card = await noteObject(c.env, address.noteId).card(address.linkId);
    return currentPicture(c, address.noteId, shownOf(card), "wide");
  })
  .get("/og/*", (c) => {
    const notice = parseNoticePath(c.req.path);
    return notice === null ? currentPicture(c, null, UNKNOWN, "wide") : answer(c, "shared", noticePicture(notice));
  });

/** The picture of what an address shows now. */
export async function currentPicture(
  c: AppContext,
  noteId: NoteId | null,
  shown: Shown,
  shape: Shape,
): Promise<Response> {
  if (shown.state !== "content" || noteId === null) return answerNotice(c, shown);
  const { bytes, isFallback } = await notePicture(c.env, noteId, pictureOf(shown, shape), (work) =>
    c.executionCtx.waitUntil(work),
  );
  return answer(c, isFallback ? "fallback" : "content", bytes);
}

function answerNotice(c: AppContext, { state }: Shown): Promise<Response> {
  const isHidden = state === "restricted" || state === "sealed";
  const kind: NoticeKind = state === "sealed" ? "sealed" : isHidden ? "shared" : "unavailable";
  return answer(c, isHidden ? "hidden" : state === "gone" ? "gone" : "unknown", noticePicture(kind));
}

async function answer(c: AppContext, state: PictureState, bytes: Uint8Array): Promise<Response> {
  const tag = await tagOf(bytes);
  const { status, headers } = pictureHeaders(state, bytes.byteLength, tag);
  const isKept = state === "content" || state === "shared";
  if (isKept && matchesTag(c.req.header("If-None-Match") ?? null, tag))
    return new Response(null, { status: 304, headers: withoutLength(headers) });
  return new Response(bytes, { status, headers });
}

function withoutLength(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "Content-Length"));
}
