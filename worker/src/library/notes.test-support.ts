// What tests of the list and of search say: events as notes send them, and questions as people ask them.
import { type ListNotesQuery, listNotesQuerySchema, noteListSchema } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { type NoteId, parseNoteId } from "@reed/log";
import * as v from "valibot";
import { api, type Guest, problemIn } from "../world.test-support.ts";
import type { Named, NoteEntry, NoteEvent } from "./events.ts";

export const YOU = person(1, "Ana");
export const MO = person(2, "Mo");
export const EVE = person(3, "Eve");
export const START_US = Date.UTC(2026, 0, 1) * 1000;
const CHAIN = toBase64Url(new Uint8Array(32));

export function person(number: number, name: string): Named {
  return { id: `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`, name };
}

/** The same note for the same number. */
export function noteIdOf(number: number): NoteId {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, number);
  const noteId = parseNoteId(toBase64Url(bytes));
  if (noteId === null) throw new Error("not a note id");
  return noteId;
}

export function entryOf(number: number, fields: Partial<NoteEntry> = {}): NoteEntry {
  return {
    role: "owner",
    title: `Note ${number}`,
    createdUs: START_US + number * 1000,
    modifiedUs: START_US + number * 1000,
    createdBy: YOU,
    sharedBy: null,
    sharedUs: null,
    members: [{ ...YOU, role: "owner" }],
    trashedUs: null,
    seq: 3,
    chain: CHAIN,
    color: null,
    icon: null,
    tags: [],
    ...fields,
  };
}

export function sharedBy(by: Named, fields: Partial<NoteEntry> = {}): Partial<NoteEntry> {
  return { role: "editor", createdBy: by, sharedBy: by, sharedUs: START_US, ...fields };
}

/** A note with a text, whose first line is its title. */
export function told(number: number, text: string, fields: Partial<NoteEntry> = {}, version = 1): NoteEvent {
  const [title = ""] = text.split("\n");
  return { noteId: noteIdOf(number), version, entry: entryOf(number, { title, ...fields }), text };
}

export function queryFor(fields: Record<string, string> = {}): ListNotesQuery {
  return v.parse(listNotesQuerySchema, fields);
}

export function askList(guest: Guest, query: Record<string, string> = {}): Promise<Response> {
  const search = new URLSearchParams(query).toString();
  return api(`/api/notes?${search}`, { headers: { Authorization: `Bearer ${guest.token}` } });
}

export async function listed(guest: Guest, query: Record<string, string> = {}) {
  const response = await askList(guest, query);
  if (!response.ok) throw new Error(await problemIn(response));
  return v.parse(noteListSchema, await response.json());
}

export async function titles(guest: Guest, query: Record<string, string> = {}): Promise<readonly string[]> {
  return (await listed(guest, query)).items.map(({ title }) => title);
}
