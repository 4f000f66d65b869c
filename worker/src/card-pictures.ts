// Pictures of notes, each drawn once: kept in R2 under a hash of what they show, drawn by one request at a time per note. Who
// may see one is asked of the note each time, by the route; this only turns what a card shows into a picture.
import type { LinkId, NoteId } from "@reed/log";
import { pictureInTime, type TimedPicture } from "./card/picture.ts";
import type { PictureInput } from "./card/picture/draft.ts";
import { KeptPictures } from "./card/kept-pictures.ts";
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

/** The picture, or the fallback where it can't be had within a second. `keepAlive`: lets a late one still be kept. */
export async function notePicture(
  env: Env,
  noteId: NoteId,
  input: PictureInput,
  keepAlive: (work: Promise<unknown>) => void,
): Promise<TimedPicture> {
  const key = `cards/${await revisionOf(input)}.png`;
  const kept = await keptPicture(env, key);
  if (kept !== null) return { bytes: kept, isFallback: false };
  const drawing = draw(env, noteId, input, key);
  keepAlive(drawing.catch(() => undefined)); // its failure is told below
  return pictureInTime(
    () => drawing,
    (delayMs) => scheduler.wait(delayMs),
    logFailure,
  );
}

/** Draws the card of a link, so that the next crawler finds it: when the link was made, or is about to be pasted. */
export async function drawAhead(env: Env, noteId: NoteId, linkId: LinkId): Promise<void> {
  await drawCard(env, noteId, await noteObject(env, noteId).card(linkId));
}

/** Draws what a card shows now. */
export async function drawCard(env: Env, noteId: NoteId, card: CardState): Promise<void> {
  const shown = shownOf(card);
  if (shown.state !== "content") return;
  await notePicture(env, noteId, pictureOf(shown, "wide"), () => undefined);
}

async function draw(env: Env, noteId: NoteId, input: PictureInput, key: string): Promise<Uint8Array> {
  const note = noteObject(env, noteId);
  for (let turn = 0; turn < TURNS; turn += 1) {
    if ((await note.beginRender(key)) === "draw") return drawAndKeep(env, note, input, key);
    const kept = await keptPicture(env, key);
    if (kept !== null) return kept;
  }
  throw new Error("other pictures of this note are being drawn");
}

async function drawAndKeep(
  env: Env,
  note: ReturnType<typeof noteObject>,
  input: PictureInput,
  key: string,
): Promise<Uint8Array> {
  try {
    // Somebody may have had the lease between our first look and now.
    const kept = await keptPicture(env, key);
    if (kept !== null) return kept;
    const bytes = await rendererOf(env).render(input);
    near.put(key, bytes);
    await env.BLOBS?.put(key, bytes, { httpMetadata: { contentType: "image/png" } });
    return bytes;
  } finally {
    await note.endRender();
  }
}

async function keptPicture(env: Env, key: string): Promise<Uint8Array | null> {
  const known = near.get(key);
  if (known !== null) return known;
  const object = await env.BLOBS?.get(key);
  if (object === undefined || object === null) return null;
  const bytes = new Uint8Array(await object.arrayBuffer());
  near.put(key, bytes);
  return bytes;
}

function logFailure(reason: string, cause: unknown): void {
  const message = cause instanceof Error ? cause.message : null;
  log("error", { error: "picture", reason, message });
}
