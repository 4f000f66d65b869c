// The Durable Object of one space, named by `spaceName`: a shell that takes calls and translates (space.ts decides). It has no tables
// before somebody came or a note was given, so an address that nobody uses costs nothing.
import { DurableObject } from "cloudflare:workers";
import { type NoteId, parsePrincipal, type Principal } from "@reed/log";
import { configOf, type Env } from "../env.ts";
import { Due } from "../host/due.ts";
import { migrate, stepsDone } from "../host/migrations.ts";
import { StorageSql } from "../host/sql.ts";
import { endSession } from "../identity/ending.ts";
import type { NoteEvent } from "../library/events.ts";
import { provingOf } from "./discord-proving.ts";
import { SPACE_STEPS } from "./migrations.ts";
import type { Proving } from "./proving.ts";
import type { Arrival, SpaceCalls, SpaceNote, SpaceView } from "./rpc.ts";
import { Space } from "./space.ts";

interface Opened {
  readonly space: Space;
  readonly due: Due;
}

export class SpaceObject extends DurableObject<Env> implements SpaceCalls {
  readonly #sql: StorageSql;
  #opened: Opened | null = null;
  /** How people are proven here; tests put their own in its place. */
  readonly proving: { current: Proving };

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = new StorageSql(ctx.storage);
    this.proving = { current: provingOf(configOf(env).discord) };
    if (stepsDone(this.#sql) === 0) return;
    const { due } = this.#begin();
    if (due.isAnything) void ctx.blockConcurrencyWhile(() => due.rearm());
  }

  async enter(arrival: Arrival): Promise<void> {
    this.#begin().space.enter(arrival);
  }

  async leave(sessionId: string): Promise<void> {
    this.#opened?.space.leave(sessionId);
  }

  async view(sessionId: string, customId: string | null): Promise<SpaceView | null> {
    return (await this.#opened?.space.view(sessionId, customId)) ?? null;
  }

  async here(sessionId: string, noteId: NoteId | null, hasChanged: boolean): Promise<SpaceView | null> {
    return this.#opened?.space.here(sessionId, noteId, hasChanged) ?? null;
  }

  async receive(events: readonly NoteEvent[]): Promise<void> {
    if (this.#opened === null && events.every(({ entry }) => entry === null)) return;
    this.#begin().space.receive(events);
  }

  async notes(query: string, limit: number): Promise<readonly SpaceNote[]> {
    return this.#opened?.space.notes(query, limit) ?? [];
  }

  async pend(discordId: string, noteId: NoteId): Promise<void> {
    this.#begin().space.pend(discordId, noteId);
  }

  async bind(instance: string, noteId: NoteId): Promise<void> {
    this.#begin().space.bind(instance, noteId);
  }

  override async alarm(): Promise<void> {
    if (this.#opened === null) return;
    const { space, due } = this.#opened;
    await due.run(Date.now(), space.duties);
  }

  #begin(): Opened {
    if (this.#opened !== null) return this.#opened;
    const { ctx, env } = this;
    migrate(this.#sql, SPACE_STEPS);
    const due = new Due(this.#sql, ctx.storage);
    const space = new Space({
      sql: this.#sql,
      due,
      proving: () => this.proving.current,
      end: async (userId, sessionId) => void (await endSession(env, userId, sessionId)),
      mayRead: (noteId, channelId, userId) =>
        env.NOTE.get(env.NOTE.idFromName(noteId)).mayRead({
          user: principalOf(`user:${userId}`),
          linkId: null,
          channel: principalOf(`channel:${channelId}`),
        }),
      nowMs: () => Date.now(),
    });
    return (this.#opened = { space, due });
  }
}

function principalOf(text: string): Principal {
  const principal = parsePrincipal(text);
  if (principal === null) throw new RangeError("not a principal");
  return principal;
}
