// A note with people in each role, and what they ask of its past over the real routes.
import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { versionEntrySchema, historySchema, type VersionEntry } from "@reed/api";
import { type Attribution, type NoteId, userPrincipal } from "@reed/log";
import * as v from "valibot";
import type { Note } from "../note/note.ts";
import { inNote, type OpenOptions } from "../note/note.test-support.ts";
import type { Actor } from "../note/standing.ts";
import { noteObject } from "../routes/note-address.ts";
import { api, type Guest, newGuest, newLink, newNote, openSocket, problemIn } from "../world.test-support.ts";
import type { Wire } from "../wire.test-support.ts";

/** How somebody is authorised. */
export const WHO = ["nobody", "stranger", "viewer", "half editor", "editor", "owner"] as const;
export type Who = (typeof WHO)[number];

export interface Scene {
  readonly ana: Guest;
  readonly id: NoteId;
  readonly headers: Readonly<Record<Who, string | null>>;
}

export async function beginScene(text = ""): Promise<Scene> {
  const [ana, eve] = [await newGuest(), await newGuest("Eve")];
  const { id } = await newNote(ana, text);
  const [view, edit] = [await newLink(ana, id, { role: "viewer" }), await newLink(ana, id, { role: "editor" })];
  const secret = new URL(edit.url).hash.slice(1);
  const headers = {
    nobody: null,
    stranger: `Bearer ${eve.token}`,
    viewer: `Reed-Link ${view.id}`,
    "half editor": `Reed-Link ${edit.id}`,
    editor: `Reed-Link ${edit.id}.${secret}`,
    owner: `Bearer ${ana.token}`,
  };
  return { ana, id, headers };
}

export function ask(
  { id, headers }: Scene,
  method: string,
  path: string,
  { as = "owner", body }: { readonly as?: Who | undefined; readonly body?: unknown } = {},
): Promise<Response> {
  const authorization = headers[as];
  return api(`/api/notes/${id}${path}`, {
    method,
    headers: authorization === null ? {} : { Authorization: authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The status of an answer, with the code of a problem. */
export async function outcomeOf(response: Response): Promise<string> {
  return response.ok ? String(response.status) : problemIn(response);
}

/** What each of WHO is answered. */
export async function outcomes(call: (as: Who) => Promise<Response>): Promise<readonly string[]> {
  const all: string[] = [];
  for (const who of WHO) all.push(await outcomeOf(await call(who)));
  return all;
}

export async function textNow(scene: Scene): Promise<string> {
  return (await ask(scene, "GET", "/text")).text();
}

export async function keep(scene: Scene, name: string): Promise<VersionEntry> {
  return v.parse(versionEntrySchema, await (await ask(scene, "POST", "/history", { body: { name } })).json());
}

export async function versionsOf(scene: Scene): Promise<readonly VersionEntry[]> {
  return v.parse(historySchema, await (await ask(scene, "GET", "/history")).json()).items;
}

/** The owner, as the note's object knows them. */
export function actorOf({ ana }: Scene): Actor {
  return { user: userPrincipal(ana.userId), linkId: null, secret: null };
}

export function asOwner({ ana }: Scene): Attribution {
  return { by: userPrincipal(ana.userId), via: "api", session: null };
}

/** A socket of the owner's device, enrolled. */
export async function ownersWire({ ana, id }: Scene): Promise<Wire> {
  const wire = await openSocket(ana, id);
  await wire.hello(new Uint8Array(), 2);
  await wire.enrol(ana.certificate);
  return wire;
}

/** What a test does to the note from within; after it the note's own object begins anew on what is stored. */
export async function change(
  { id }: Scene,
  work: (note: Note, ctx: DurableObjectState) => unknown,
  options: OpenOptions = {},
): Promise<void> {
  await inNote(id, options, async (note, _, ctx) => {
    await work(note, ctx);
  });
  await evictDurableObject(noteObject(env, id));
}
