// A small language for tests of sharing: calls over the real routes, and what a note tells libraries.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { memberListSchema } from "@reed/api";
import type { NoteId } from "@reed/log";
import * as v from "valibot";
import type { NoteEvent, NoteHead } from "../library/events.ts";
import { noteObject } from "../routes/note-address.ts";
import { api, type Guest, problemIn } from "../world.test-support.ts";
import type { NoteWorld } from "./company.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A call about a note; `who` null: without a token. */
export function ask(
  who: Pick<Guest, "token"> | null,
  method: Method,
  noteId: string,
  path = "",
  body?: unknown,
): Promise<Response> {
  const headers = {
    ...(who === null ? {} : { Authorization: `Bearer ${who.token}` }),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return api(`/api/notes/${noteId}${path}`, init);
}

/** How a call ended: "204", or "404 not_found". */
export async function outcome(response: Promise<Response>): Promise<string> {
  const found = await response;
  if (found.ok) {
    await found.body?.cancel();
    return String(found.status);
  }
  return problemIn(found);
}

export function put(owner: Guest, noteId: NoteId, user: Guest, role: string): Promise<Response> {
  return ask(owner, "PUT", noteId, `/members/${user.userId}`, { role });
}

/** Shares the note, and throws where that was refused. */
export async function share(owner: Guest, noteId: NoteId, user: Guest, role: string): Promise<void> {
  const { status } = await put(owner, noteId, user, role);
  if (status >= 300) throw new Error(`not shared: ${status}`);
}

/** Who has the note, as `who` sees it: "Ana owner". */
export async function peopleOf(who: Guest, noteId: NoteId): Promise<readonly string[]> {
  const { items } = v.parse(memberListSchema, await (await ask(who, "GET", noteId, "/members")).json());
  return items.map(({ user, role, isYou }) => `${user.name} ${role}${isYou ? " (you)" : ""}`);
}

/** The position of the newest op. */
export function headOf(noteId: NoteId): Promise<number> {
  return runInDurableObject(noteObject(env, noteId), (_, { storage }) =>
    Number(storage.sql.exec("SELECT max(seq) AS seq FROM log").one()["seq"]),
  );
}

/** The names of the tables that an object has. */
export function tablesOf(noteId: NoteId): Promise<readonly string[]> {
  return runInDurableObject(noteObject(env, noteId), (_, { storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map((row) => v.parse(v.object({ name: v.string() }), row).name),
  );
}

/** Libraries that keep what they are told, and refuse it while they are told to. */
export class Ears implements NoteWorld {
  readonly events: { readonly userId: string; readonly event: NoteEvent }[] = [];
  readonly heads: { readonly userId: string; readonly head: NoteHead }[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** How a call ends: taken, refused, or not until hangUp. */
  mood: "open" | "closed" | "silent" = "open";
  guests = true;
  readonly #silence = Promise.withResolvers<void>();

  readonly libraries = {
    receive: async (userId: string, events: readonly NoteEvent[]): Promise<void> => {
      this.inFlight += 1;
      this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
      await scheduler.wait(0);
      if (this.mood === "silent") await this.#silence.promise;
      this.inFlight -= 1;
      if (this.mood !== "open") throw new Error("the library is closed");
      for (const event of events) this.events.push({ userId, event });
    },
    heads: (userId: string, items: readonly NoteHead[]): Promise<void> => {
      for (const head of items) this.heads.push({ userId, head });
      return Promise.resolve();
    },
  };

  areGuests = (): Promise<boolean> => Promise.resolve(this.guests);

  /** Lets go of who waits for a silent library: nothing was taken. */
  hangUp(): void {
    this.#silence.resolve();
  }

  /** What `userId` was told, in order. */
  of(userId: string): readonly NoteEvent[] {
    return this.events.filter((told) => told.userId === userId).map(({ event }) => event);
  }
}
