// Pictures for link previews. The address is signed, so nobody makes work for the renderer; the note is asked each time, so a
// revoked link has no picture. An old address of a live link gives the picture of now.
import type { NoteId } from "@reed/log";
import { Hono } from "hono";
import { matchesTag, pictureHeaders, type PictureState } from "../card/headers.ts";
import type { NoticeKind } from "../card/notices.ts";
import { noticePicture } from "../card/picture.ts";
import { isGenuine, parseNoticePath, parsePicturePath, pictureKey, tagOf } from "../card/revision.ts";
import { notePicture, pictureInputOf } from "../card-pictures.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import type { CardState } from "../note/rpc.ts";
import { noteObject } from "./note-address.ts";

export const pictures = new Hono<AppEnv>()
  .get("/og/:noteId/:linkId/:file", async (c) => {
    const address = parsePicturePath(c.req.path);
    if (address === null || !(await isGenuine(await pictureKey(configOf(c.env).cardSecret), address)))
      return answerNotice(c, "unknown");
    return currentPicture(c, address.noteId, await noteObject(c.env, address.noteId).card(address.linkId));
  })
  .get("/og/*", (c) => {
    const notice = parseNoticePath(c.req.path);
    return notice === null ? answerNotice(c, "unknown") : answer(c, "shared", noticePicture(notice));
  });

/** The picture of what `card` shows now. */
export async function currentPicture(c: AppContext, noteId: NoteId | null, card: CardState): Promise<Response> {
  if (card.state !== "content" || noteId === null)
    return answerNotice(c, card.state === "content" ? "unknown" : card.state);
  const { bytes, isFallback } = await notePicture(c.env, noteId, pictureInputOf(card.text), (work) =>
    c.executionCtx.waitUntil(work),
  );
  return answer(c, isFallback ? "fallback" : "content", bytes);
}

function answerNotice(c: AppContext, state: "unknown" | "restricted" | "gone"): Promise<Response> {
  const kind: NoticeKind = state === "restricted" ? "shared" : "unavailable";
  return answer(c, state === "restricted" ? "shared" : state, noticePicture(kind));
}

async function answer(c: AppContext, state: PictureState, bytes: Uint8Array): Promise<Response> {
  const tag = await tagOf(bytes);
  const { status, headers } = pictureHeaders(state, bytes.byteLength, tag);
  const isKnown = status === 200 && state !== "fallback" && matchesTag(c.req.header("If-None-Match") ?? null, tag);
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(bytes, { status, headers });
}
