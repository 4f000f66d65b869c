// People without a browser: the replica in this process against the real server, one store a device.
import { expect } from "@playwright/test";
import type { NoteReference, OpenNote } from "@reed/sync";
import { MemoryStore, openHeadlessDevice } from "@reed/sync/headless";

/** Where nobody answers: what a device does from there it does offline. */
const NOWHERE = "http://localhost:9";
/** A device that waits for a server comes back within 30 s of its return. */
export const SETTLE = { timeout: 45_000 } as const;

export interface Place {
  readonly note: NoteReference;
  readonly store: MemoryStore;
}

export interface OwnNote extends Place {
  /** Whole, with its secret. */
  link(role: "viewer" | "editor"): Promise<string>;
}

/** What a share link says. */
export function referenceOf(url: string): NoteReference {
  const { pathname, hash } = new URL(url);
  const [, , noteId = "", linkId = ""] = pathname.split("/");
  return { noteId, linkId, secret: hash === "" ? null : hash.slice(1) };
}

/** A note of a new guest, on the server. */
export async function makeOwnNote(url: string): Promise<OwnNote> {
  const store = new MemoryStore();
  const device = await openHeadlessDevice(url, store);
  const note = await device.createNote();
  const opened = device.open(note);
  await expectSaved(opened);
  opened.close();
  return { note, store, link: async (role) => (await device.createLink(note.noteId, role)).url };
}

export const byLink = (url: string, store = new MemoryStore()): Place => ({ note: referenceOf(url), store });

/** Opens the note as the device has it, and goes for the server at `url`. */
export async function open({ note, store }: Place, url: string): Promise<OpenNote> {
  return (await openHeadlessDevice(url, store)).open(note);
}

/** Opens the note on what the device kept alone. */
export async function openOffline(place: Place): Promise<OpenNote> {
  const note = await open(place, NOWHERE);
  await expect.poll(() => note.status().isLoaded).toBe(true);
  return note;
}

/** What is done offline, kept by the device. */
export async function whileOffline(place: Place, work: (note: OpenNote) => void): Promise<void> {
  const note = await openOffline(place);
  work(note);
  await expect.poll(() => note.status().save).toBe("Offline");
  await expect.poll(async () => (await keptBy(place)).outbox.length).toBeGreaterThan(0);
  note.close();
}

export async function expectSaved(note: OpenNote): Promise<void> {
  await expect.poll(() => note.status(), SETTLE).toMatchObject({ save: "Saved", problem: null });
}

/** What lies in the device's store. */
export async function keptBy({ note, store }: Place) {
  const [record] = (await store.notes()).filter(({ noteId }) => noteId === note.noteId);
  if (record === undefined) throw new Error("the device does not know the note");
  return store.load(record.noteId);
}

/** A route of the note, asked by who holds the link. */
export function getAs(reader: NoteReference, url: string, route: string): Promise<Response> {
  return fetch(`${url}/api/notes/${reader.noteId}/${route}`, {
    headers: { Authorization: `Reed-Link ${reader.linkId}` },
  });
}

/** Waits until the server's newest snapshot covers `seq`; returns what it covers. */
export async function snapshotBeyond(reader: NoteReference, url: string, seq: number): Promise<number> {
  const newest = async (): Promise<number> => Number((await getAs(reader, url, "snapshot")).headers.get("Reed-Seq"));
  await expect.poll(newest, SETTLE).toBeGreaterThanOrEqual(seq);
  return newest();
}

/** Position of the log's newest op. */
export async function headOf(reader: NoteReference, url: string): Promise<number> {
  return Number((await getAs(reader, url, "state")).headers.get("Reed-Seq"));
}
