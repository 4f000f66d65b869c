// Pictures of notes, each drawn once: kept in R2 under a hash of what they show, drawn by one request at a time per note. Who
// may see one is asked of the note each time, by the route; this only turns a text into a picture.
import { cardOf } from "@reed/card";
import type { LinkId, NoteId } from "@reed/log";
import { type PictureInput, pictureInTime, renderPicture, type TimedPicture } from "./card/picture.ts";
import { revisionOf } from "./card/revision.ts";
import type { Env } from "./env.ts";
import { log } from "./log.ts";
import { noteObject } from "./routes/note-address.ts";

/** While another request draws the same note, its picture is looked for this often. */
const LOOK_AGAIN_MS = 100;
const LOOKS = 7;

export function pictureInputOf(text: string): PictureInput {
  return { type: "note", card: cardOf(text), paper: "paper", people: [] };
}

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

/** Draws the card of a link that was just made, so that the first crawler finds it. */
export async function drawAhead(env: Env, noteId: NoteId, linkId: LinkId): Promise<void> {
  const card = await noteObject(env, noteId).card(linkId);
  if (card.state !== "content") return;
  await notePicture(env, noteId, pictureInputOf(card.text), () => undefined);
}

async function draw(env: Env, noteId: NoteId, input: PictureInput, key: string): Promise<Uint8Array> {
  const note = noteObject(env, noteId);
  for (let look = 0; !(await note.beginRender()); look += 1) {
    if (look === LOOKS) throw new Error("another picture of this note is being drawn");
    await scheduler.wait(LOOK_AGAIN_MS);
    const kept = await keptPicture(env, key);
    if (kept !== null) return kept;
  }
  try {
    const bytes = await renderPicture(input);
    await env.BLOBS?.put(key, bytes, { httpMetadata: { contentType: "image/png" } });
    return bytes;
  } finally {
    await note.endRender();
  }
}

async function keptPicture(env: Env, key: string): Promise<Uint8Array | null> {
  const object = await env.BLOBS?.get(key);
  return object === undefined || object === null ? null : new Uint8Array(await object.arrayBuffer());
}

function logFailure(reason: string, cause: unknown): void {
  const message = cause instanceof Error ? cause.message : null;
  log("error", { error: "picture", reason, message });
}
