// What tests of providers ask of a note.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { blobOf } from "@reed/room";
import { expect } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import { api, type Guest, newLink, type OwnedNote } from "../world.test-support.ts";
import { tokenOf } from "./provider.test-support.ts";

export async function textOfNote(owner: Guest, note: OwnedNote): Promise<string> {
  const response = await api(`/api/notes/${note.id}/text`, { headers: { Authorization: `Bearer ${owner.token}` } });
  return response.text();
}

/** The envelopes in the log of a note. */
export function logOf(note: OwnedNote): Promise<readonly Uint8Array[]> {
  return runInDurableObject(noteObject(env, note.id), (_, { storage }) =>
    [...storage.sql.exec("SELECT envelope FROM log ORDER BY seq")].map((row) => blobOf(row, "envelope")),
  );
}

export interface TestLink {
  readonly id: string;
  readonly token: string;
}

export async function linkTo(owner: Guest, note: OwnedNote, role: "viewer" | "editor"): Promise<TestLink> {
  const { id, url } = await newLink(owner, note.id, { role });
  return { id, token: tokenOf(url) };
}

export async function revokeLink(owner: Guest, note: OwnedNote, link: TestLink): Promise<void> {
  const headers = { Authorization: `Bearer ${owner.token}` };
  expect((await api(`/api/notes/${note.id}/links/${link.id}`, { method: "DELETE", headers })).status).toBe(200);
}
