// One space: its notes, who is in it now and what they see first. It decides nothing about notes, for a note's own log does; it sees to
// it that whoever left loses the session by which they came. How people are proven is a port (proving.ts): here nothing knows Discord.
import { type NoteId, parseNoteId } from "@reed/log";
import { type Sql } from "@reed/room";
import * as v from "valibot";
import type { Due, Duties } from "../host/due.ts";
import type { NoteEvent } from "../library/events.ts";
import { log } from "../log.ts";
import { NoteList } from "./note-list.ts";
import { type HereRow, PeopleHere } from "./people-here.ts";
import type { Proving } from "./proving.ts";
import type { Arrival, SpaceNote, SpaceView } from "./rpc.ts";
import { Targets } from "./targets.ts";

/** Who is here is asked again after so long, while anybody is. */
const PROVE_EVERY_MS = 30_000;
/** However often clients say that somebody came or went. */
const PROVE_AT_MOST_MS = 2000;
/** So long a session lives on a proof where nobody can be asked. */
const UNPROVEN_MS = 600_000;
const VIEW_NOTES = 100;
const VIEW_PEOPLE = 100;
/** Of one person in one instance: each reload of the page makes one. The oldest end. */
export const SESSIONS_OF_ONE = 10;

export interface SpaceOptions {
  readonly sql: Sql;
  readonly due: Due;
  proving(): Proving;
  /** Ends the sign-in and whatever it has open. May be asked twice. */
  end(userId: string, sessionId: string): Promise<void>;
  /** Whether the note may be read by the channel or by the person. */
  mayRead(noteId: NoteId, channelId: string, userId: string): Promise<boolean>;
  nowMs(): number;
}

const factsSchema = v.object({ channel: v.string(), guild: v.nullable(v.string()) });

export class Space {
  readonly duties: Duties;
  readonly #options: SpaceOptions;
  readonly #notes: NoteList;
  readonly #people: PeopleHere;
  readonly #targets: Targets;
  #askedMs = Number.NEGATIVE_INFINITY;

  /** The tables must be there. */
  constructor(options: SpaceOptions) {
    this.#options = options;
    this.#notes = new NoteList(options.sql);
    this.#people = new PeopleHere(options.sql);
    this.#targets = new Targets(options.sql);
    this.duties = { prove: (nowMs) => this.#prove(nowMs) };
  }

  enter(arrival: Arrival): void {
    const { sql, due, nowMs } = this.#options;
    const { channelId, guildId } = arrival;
    const atMs = nowMs();
    sql.transaction(() => {
      sql.run("INSERT OR IGNORE INTO facts (k, channel, guild) VALUES (1, ?, ?)", channelId, guildId);
      this.#people.enter(arrival, atMs);
      due.set("prove", atMs + PROVE_EVERY_MS);
    });
  }

  leave(sessionId: string): void {
    this.#people.leave(sessionId);
  }

  async view(sessionId: string, customId: string | null): Promise<SpaceView | null> {
    const row = this.#people.find(sessionId);
    if (row === null) return null;
    const target = await this.#target(row, customId);
    return this.#view(sessionId, target);
  }

  here(sessionId: string, noteId: NoteId | null, hasChanged: boolean): SpaceView | null {
    const { due, nowMs } = this.#options;
    if (this.#people.find(sessionId) === null) return null;
    // A note of their own that somebody has open is nobody's business here.
    const shown = noteId !== null && this.#notes.has(noteId) ? noteId : null;
    this.#people.saw(sessionId, shown, nowMs());
    if (shown !== null) this.#targets.opened(shown);
    if (hasChanged) due.set("prove", Math.max(nowMs(), this.#askedMs + PROVE_AT_MOST_MS));
    return this.#view(sessionId, null);
  }

  receive(events: readonly NoteEvent[]): void {
    this.#options.sql.transaction(() => {
      for (const event of events) this.#notes.receive(event, this.#options.nowMs());
    });
  }

  notes(query: string, limit: number): readonly SpaceNote[] {
    return this.#notes.find(query, Math.min(limit, VIEW_NOTES));
  }

  pend(discordId: string, noteId: NoteId): void {
    this.#targets.pend(discordId, noteId, this.#options.nowMs());
  }

  bind(instance: string, noteId: NoteId): void {
    this.#targets.bind(instance, noteId, this.#options.nowMs());
  }

  #view(sessionId: string, target: NoteId | null): SpaceView | null {
    const [row] = this.#options.sql.run("SELECT channel, guild FROM facts");
    if (row === undefined) return null;
    const { channel, guild } = v.parse(factsSchema, row);
    return {
      channelId: channel,
      guildId: guild,
      notes: this.#notes.newest(VIEW_NOTES),
      people: this.#people.shown(sessionId, this.#options.nowMs(), VIEW_PEOPLE),
      target,
    };
  }

  /** The first of what was said that may be read here. */
  async #target({ userId, discordId, instance }: HereRow, customId: string | null): Promise<NoteId | null> {
    const asked = [
      customId === null ? null : parseNoteId(customId),
      this.#targets.pending(discordId, this.#options.nowMs()),
      this.#targets.bound(instance),
      this.#targets.last(),
    ];
    for (const noteId of new Set(asked))
      if (noteId !== null && (this.#notes.has(noteId) || (await this.#mayRead(noteId, userId)))) return noteId;
    return null;
  }

  /** For a note that the list does not have, or not yet. One that can't be asked is not what they see first. */
  async #mayRead(noteId: NoteId, userId: string): Promise<boolean> {
    const [row] = this.#options.sql.run("SELECT channel, guild FROM facts");
    if (row === undefined) return false;
    try {
      return await this.#options.mayRead(noteId, v.parse(factsSchema, row).channel, userId);
    } catch (error) {
      log("error", { error: "space", message: error instanceof Error ? error.message : null });
      return false;
    }
  }

  /** Asks about everybody; whoever is not there any more loses the session. */
  async #prove(nowMs: number): Promise<number | null> {
    this.#askedMs = nowMs;
    const gone = await Promise.all(this.#people.instances().map((instance) => this.#gone(instance, nowMs)));
    for (const { userId, sessionId } of gone.flat()) {
      await this.#options.end(userId, sessionId);
      this.#people.leave(sessionId);
    }
    return this.#people.isEmpty ? null : this.#options.nowMs() + PROVE_EVERY_MS;
  }

  async #gone(instance: string, askedMs: number): Promise<readonly HereRow[]> {
    const there = await this.#peopleOf(instance);
    const rows = this.#people.inside(instance);
    if (there === null) {
      const provenMs = this.#people.provenMs(instance);
      return rows.filter(({ enteredMs }) => Math.max(enteredMs, provenMs) + UNPROVEN_MS <= askedMs);
    }
    this.#people.proved(instance, askedMs);
    const counts = new Map<string, number>();
    return rows.filter(({ discordId, enteredMs }) => {
      const count = (counts.get(discordId) ?? 0) + 1;
      counts.set(discordId, count);
      // Whoever came in since was proven after this answer was made.
      return count > SESSIONS_OF_ONE || (enteredMs < askedMs && !there.has(discordId));
    });
  }

  /** null where nobody could say. */
  async #peopleOf(instance: string): Promise<ReadonlySet<string> | null> {
    const [row] = this.#options.sql.run("SELECT channel, guild FROM facts");
    if (row === undefined) return null;
    try {
      return await this.#options.proving().people(instance, v.parse(factsSchema, row).channel);
    } catch (error) {
      log("error", { error: "proving", message: error instanceof Error ? error.message : null });
      return null;
    }
  }
}
