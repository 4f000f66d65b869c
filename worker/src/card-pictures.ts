// Pictures of notes, each drawn once: kept in R2 under a hash of what they show, drawn by one request at a time per note. Who
// may see one is asked of the note each time, by the route; this only turns what a card shows into a picture.
import type { LinkId, NoteId } from "@reed/log";
import { MAX_PICTURE_BYTES, noticePicture, pictureInTime, type TimedPicture } from "./card/picture.ts";
import type { PictureInput } from "./card/picture/draft.ts";
import { KeptPictures, picturesOf } from "./card/kept-pictures.ts";
import { rendererOf } from "./card/renderer.ts";
import { revisionOf } from "./card/revision.ts";
import { pictureOf, shownOf } from "./card/shown.ts";
import type { Env } from "./env.ts";
import { log } from "./log.ts";
import type { CardState } from "./note/rpc.ts";
import { noteObject } from "./routes/note-address.ts";

/** Turns at the lease; each that is lost has waited for somebody else's picture. */
const TURNS = 4;

const near = new KeptPictures();

/** Takes the picture as soon as it is there, which is before it is kept. */
type Give = (bytes: Uint8Array) => void;

/** The picture, or the fallback where it can't be had within a second. `keepAlive`: lets a late one still be drawn and kept. */
export async function notePicture(
  env: Env,
  noteId: NoteId,
  input: PictureInput,
  keepAlive: (work: Promise<unknown>) => void,
): Promise<TimedPicture> {
  const picture = Promise.withResolvers<Uint8Array>();
  keepAlive(findOrDraw(env, noteId, input, picture.resolve).catch(picture.reject));
  return pictureInTime(
    () => picture.promise,
    (delayMs) => scheduler.wait(delayMs),
    logFailure,
  );
}

/** The picture, however long it takes; the fallback where it can't be drawn. */
export async function wholePicture(env: Env, noteId: NoteId, input: PictureInput): Promise<Uint8Array> {
  const picture = Promise.withResolvers<Uint8Array>();
  try {
    await findOrDraw(env, noteId, input, picture.resolve);
    return await picture.promise;
  } catch (cause) {
    logFailure("failed", cause);
    return noticePicture("fallback");
  }
}

/**
 * Draws the card of a link, so that the next crawler finds it: when the link was made, or is about to be pasted. Never rejects: a
 * card that can't be drawn is drawn when it is asked for.
 */
export async function drawAhead(env: Env, noteId: NoteId, linkId: LinkId): Promise<void> {
  try {
    await drawCard(env, noteId, await noteObject(env, noteId).card(linkId));
  } catch (cause) {
    logFailure("failed", cause);
  }
}

/** Draws what a card shows now, however long it takes: nobody waits for it. Resolves when it is kept. */
export async function drawCard(env: Env, noteId: NoteId, card: CardState): Promise<void> {
  const shown = shownOf(card);
  if (shown.state === "content") await findOrDraw(env, noteId, pictureOf(shown, "wide"), () => undefined);
}

/** Resolves when the picture is kept and the lease has ended. */
async function findOrDraw(env: Env, noteId: NoteId, input: PictureInput, give: Give): Promise<void> {
  const key = `${picturesOf(noteId)}${await revisionOf(input)}.png`;
  if (await giveKept(env, key, give)) return;
  const note = noteObject(env, noteId);
  for (let count = 0; count < TURNS; count += 1) {
    const leave = await note.beginRender(key);
    if (leave.type === "draw") {
      try {
        return await drawAndKeep(env, input, key, give);
      } finally {
        await note.endRender(leave.turn);
      }
    }
    if (await giveKept(env, key, give)) return;
  }
  throw new Error("other pictures of this note are being drawn");
}

async function drawAndKeep(env: Env, input: PictureInput, key: string, give: Give): Promise<void> {
  // Somebody may have had the lease between our first look and now.
  if (await giveKept(env, key, give)) return;
  const bytes = await rendererOf(env).render(input);
  if (bytes.byteLength > MAX_PICTURE_BYTES) throw new Error(`a picture of ${bytes.byteLength} bytes`);
  near.put(key, bytes);
  give(bytes);
  try {
    await env.BLOBS?.put(key, bytes, { httpMetadata: { contentType: "image/png" } });
  } catch (cause) {
    logFailure("not_kept", cause);
  }
}

async function giveKept(env: Env, key: string, give: Give): Promise<boolean> {
  const kept = near.get(key) ?? (await storedPicture(env, key));
  if (kept !== null) give(kept);
  return kept !== null;
}

/** null also where the store does not answer. */
async function storedPicture(env: Env, key: string): Promise<Uint8Array | null> {
  try {
    const object = await env.BLOBS?.get(key);
    if (object === undefined || object === null) return null;
    const bytes = new Uint8Array(await object.arrayBuffer());
    near.put(key, bytes);
    return bytes;
  } catch (cause) {
    logFailure("not_found", cause);
    return null;
  }
}

function logFailure(reason: string, cause: unknown): void {
  const message = cause instanceof Error ? cause.message : null;
  log("error", { error: "picture", reason, message });
}
