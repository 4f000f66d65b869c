// Pictures that are slow, too large or can't be drawn, and a store of pictures that does not answer.
import { env } from "cloudflare:workers";
import { type NoteId, parseLinkId } from "@reed/log";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { drawAhead, drawCard, notePicture } from "../card-pictures.ts";
import type { CardState } from "../note/rpc.ts";
import { noteObject } from "../routes/note-address.ts";
import { newGuest, newLink, newNote, SOON, startWorld } from "../world.test-support.ts";
import { picturesOf } from "./kept-pictures.ts";
import { MAX_PICTURE_BYTES, noticePicture } from "./picture.ts";
import type { PictureInput } from "./picture/draft.ts";
import { Painter } from "./picture/painter.ts";
import { revisionOf } from "./revision.ts";
import { pictureOf, shownOf } from "./shown.ts";

beforeAll(startWorld);

const FALLBACK = { bytes: noticePicture("fallback"), isFallback: true };
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
const never = () => new Promise<never>(() => {});

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => void vi.restoreAllMocks());

/** Pictures are made by `render` until the test ends. */
function painted(render: () => Promise<Uint8Array>) {
  return vi.spyOn(Painter.prototype, "paint").mockImplementation(render);
}

/** How often it was drawn: the objects of other tests may draw as well. */
function times(paint: ReturnType<typeof painted>, input: PictureInput): number {
  return paint.mock.calls.filter(([drawn]) => drawn === input).length;
}

/** A text that no other test has, as a card shows it. */
function newCard() {
  const text = `# Trouble ${crypto.randomUUID()}`;
  const card = { state: "content", text, modifiedAtMs: 0, color: null, icon: null, people: [] } satisfies CardState;
  const shown = shownOf(card);
  if (shown.state !== "content") throw new Error("the card shows its text");
  return { card, input: pictureOf(shown, "wide") };
}

async function keptBytes(noteId: NoteId, input: PictureInput): Promise<Uint8Array | null> {
  const object = await env.BLOBS?.get(`${picturesOf(noteId)}${await revisionOf(input)}.png`);
  return object === undefined || object === null ? null : new Uint8Array(await object.arrayBuffer());
}

/** Whether another picture of the note may be drawn at once. */
async function isFree(noteId: NoteId): Promise<boolean> {
  const note = noteObject(env, noteId);
  const leave = await Promise.race([note.beginRender("another"), scheduler.wait(1000)]);
  if (leave?.type === "draw") await note.endRender(leave.turn);
  return leave?.type === "draw";
}

function blobs(): R2Bucket {
  if (env.BLOBS === undefined) throw new Error("tests have a store");
  return env.BLOBS;
}

async function noteOfAna(): Promise<NoteId> {
  return (await newNote(await newGuest())).id;
}

/** What `notePicture` gave, and the work that goes on. */
async function ask(noteId: NoteId, input: PictureInput) {
  const work: Promise<unknown>[] = [];
  const picture = await notePicture(env, noteId, input, (promise) => void work.push(promise));
  return { picture, work };
}

describe("a picture drawn ahead", () => {
  it("[CA8] is drawn and kept however long it takes", async () => {
    painted(async () => {
      await scheduler.wait(1200);
      return PNG;
    });
    const noteId = await noteOfAna();
    const { card, input } = newCard();
    await drawCard(env, noteId, card);
    expect(await keptBytes(noteId, input)).toEqual(PNG);
    expect(await isFree(noteId)).toBe(true);
    expect(logged).toEqual([]);
  });

  it("[CA8] is told of once where it can't be drawn", async () => {
    painted(() => Promise.reject(new Error("no ink")));
    const told = () => logged.filter((line) => line.includes("no ink") && line.includes('"picture"'));
    const ana = await newGuest();
    const { id } = await newNote(ana, `# Ahead ${crypto.randomUUID()}`);
    const linkId = parseLinkId((await newLink(ana, id, { role: "viewer" })).id);
    if (linkId === null) throw new Error("the link has an id");
    await vi.waitFor(() => expect(told()).toHaveLength(1), SOON);
    await drawAhead(env, id, linkId);
    expect(told()).toHaveLength(2);
    expect(await isFree(id)).toBe(true);
  });
});

describe("a picture that is asked for", () => {
  it("[CA8] comes late as the fallback, and is kept for the next", async () => {
    const paint = painted(async () => {
      await scheduler.wait(1200);
      return PNG;
    });
    const noteId = await noteOfAna();
    const { input } = newCard();
    const { picture, work } = await ask(noteId, input);
    expect(picture).toEqual(FALLBACK);
    await Promise.all(work);
    expect((await ask(noteId, input)).picture).toEqual({ bytes: PNG, isFallback: false });
    expect([times(paint, input), await isFree(noteId)]).toEqual([1, true]);
  });

  it("[CA12] is never kept where it is too large", async () => {
    const paint = painted(() => Promise.resolve(new Uint8Array(MAX_PICTURE_BYTES + 1)));
    const noteId = await noteOfAna();
    const { input } = newCard();
    for (const count of [1, 2]) {
      const { picture, work } = await ask(noteId, input);
      expect([picture, times(paint, input)]).toEqual([FALLBACK, count]);
      await Promise.all(work);
    }
    expect(await keptBytes(noteId, input)).toBeNull();
  });
});

describe("a store of pictures", () => {
  it("[CA8] that fails holds nothing: the picture is drawn, and it is logged", async () => {
    vi.spyOn(blobs(), "get").mockRejectedValue(new Error("no store"));
    vi.spyOn(blobs(), "put").mockRejectedValue(new Error("no room"));
    painted(() => Promise.resolve(PNG));
    const noteId = await noteOfAna();
    const { picture, work } = await ask(noteId, newCard().input);
    expect(picture).toEqual({ bytes: PNG, isFallback: false });
    await Promise.all(work);
    expect(logged.some((line) => line.includes("no store"))).toBe(true);
    expect(logged.filter((line) => line.includes("no room"))).toHaveLength(1);
    expect(await isFree(noteId)).toBe(true);
  });

  it("[CA8] that does not answer costs a picture no more than its 800 ms", async () => {
    vi.spyOn(blobs(), "get").mockImplementation(never);
    painted(() => Promise.resolve(PNG));
    const startMs = Date.now();
    const { picture } = await ask(await noteOfAna(), newCard().input);
    expect(picture).toEqual(FALLBACK);
    expect(Date.now() - startMs).toBeLessThan(3000);
  });

  it("[CA6] is not waited for with the bytes, but before the others are told", async () => {
    const stored = Promise.withResolvers<never>();
    vi.spyOn(blobs(), "put").mockReturnValue(stored.promise);
    painted(() => Promise.resolve(PNG));
    const noteId = await noteOfAna();
    const { picture, work } = await ask(noteId, newCard().input);
    expect(picture).toEqual({ bytes: PNG, isFallback: false });
    expect(await isFree(noteId)).toBe(false);
    stored.reject(new Error("at last"));
    await Promise.all(work);
    expect(await isFree(noteId)).toBe(true);
  });
});
