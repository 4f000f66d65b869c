// Libraries whose feeds are open ask to hear where the log of this note stands. They say until when; nothing that they miss is
// kept, for whoever comes later asks the note itself.
import { toBase64Url } from "@reed/bytes";
import { type NoteId } from "@reed/log";
import { integerOf, type Room, type Sql } from "@reed/room";
import * as v from "valibot";
import { inParallel, type Libraries } from "./outbox.ts";

export const FOLLOWERS_TABLE = `CREATE TABLE followers (
  user_id TEXT PRIMARY KEY,
  until_ms INTEGER NOT NULL
) WITHOUT ROWID`;

const HEADS_INTERVAL_MS = 10_000;
/** Nobody follows for longer without asking again. */
const MAX_FOLLOW_MS = 3_600_000;

const rowSchema = v.object({ user_id: v.string() });

export interface FollowersOptions {
  readonly noteId: NoteId;
  readonly sql: Sql;
  readonly libraries: Libraries;
  room(): Room;
  /** Whether `userId` may see that the note changes. */
  mayRead(userId: string): boolean;
}

export class Followers {
  readonly #options: FollowersOptions;
  readonly #until: Map<string, number>;
  #sentMs = Number.NEGATIVE_INFINITY;
  #isPlanned = false;

  /** The table must be there. */
  constructor(options: FollowersOptions) {
    this.#options = options;
    const rows = options.sql.run("SELECT user_id, until_ms FROM followers");
    this.#until = new Map(rows.map((row) => [v.parse(rowSchema, row).user_id, integerOf(row, "until_ms")]));
  }

  add(userId: string, untilMs: number, nowMs: number): void {
    if (!this.#options.mayRead(userId)) return;
    const { sql } = this.#options;
    this.#forget((until) => until <= nowMs);
    const until = Math.min(untilMs, nowMs + MAX_FOLLOW_MS);
    this.#until.set(userId, until);
    sql.run("INSERT OR REPLACE INTO followers (user_id, until_ms) VALUES (?, ?)", userId, until);
    this.onAppend(nowMs);
  }

  drop(userId: string): void {
    this.#forget((_, follower) => follower === userId);
  }

  /** The log has grown. */
  onAppend(nowMs: number): void {
    if (this.#isPlanned || ![...this.#until.values()].some((until) => until > nowMs)) return;
    this.#isPlanned = true;
    setTimeout(
      () => void this.#tell(),
      Math.max(0, Math.min(this.#sentMs + HEADS_INTERVAL_MS - nowMs, HEADS_INTERVAL_MS)),
    );
  }

  async #tell(): Promise<void> {
    const { noteId, room, libraries, mayRead } = this.#options;
    this.#isPlanned = false;
    const nowMs = (this.#sentMs = Date.now());
    const { ledger } = room();
    if (ledger === null) return;
    const head = { noteId, seq: ledger.head.seq, chain: toBase64Url(ledger.head.chain) };
    const live = [...this.#until].filter(([userId, until]) => until > nowMs && mayRead(userId));
    await inParallel(live, async ([userId]) => {
      try {
        await libraries.heads(userId, [head]);
      } catch {
        // Nothing depends on it: the next head says the same and more.
      }
    });
  }

  #forget(isOver: (untilMs: number, userId: string) => boolean): void {
    for (const [userId, until] of this.#until) {
      if (!isOver(until, userId)) continue;
      this.#until.delete(userId);
      this.#options.sql.run("DELETE FROM followers WHERE user_id = ?", userId);
    }
  }
}
