// What the libraries of a note's people have yet to hear (docs/spec/access.md). A change leaves one row for each person whom it
// concerns, in the commit that makes it; the event is made when it is sent, so however often it is sent, and however many changes
// came between, the newest state arrives. What concerns everybody a little (title, text, settings) leaves only an appointment, and
// rows only where it failed. A row goes when the library has it for good.
import { integerOf, type Sql } from "@reed/room";
import * as v from "valibot";
import type { NoteEvent, NoteHead } from "../library/events.ts";
import type { Due, Duties } from "../host/due.ts";
import { log } from "../log.ts";
import type { Facts } from "./facts.ts";

export const OUTBOX_TABLE = `CREATE TABLE outbox (
  user_id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  has_text INTEGER NOT NULL,
  at INTEGER NOT NULL,
  failures INTEGER NOT NULL
) WITHOUT ROWID`;

/** The libraries of users, as a note reaches them; and the spaces of channels, whose address is the channel's principal. */
export interface Libraries {
  receive(address: string, events: readonly NoteEvent[]): Promise<void>;
  heads(userId: string, items: readonly NoteHead[]): Promise<void>;
}

/** Text and title: the first change soon, and then at most so often. */
const FIRST_TELL_MS = 2000;
const TELL_INTERVAL_MS = 30_000;
/** At once in flight. */
const PARALLEL = 20;
/** Rows of one run. */
const BATCH = 200;
/** A library that says nothing for so long is asked again later. */
const PATIENCE_MS = 20_000;
/** An object that died on the way tries again then. */
const AGAIN_MS = 2000;
const LAST_RETRY_MS = 300_000;

export interface OutboxOptions {
  readonly sql: Sql;
  readonly due: Pick<Due, "set">;
  readonly facts: Pick<Facts, "state" | "set">;
  readonly libraries: Libraries;
  /** All who have the note: users and channels. */
  everybody(): readonly string[];
  /** The event of this moment, at the version that the facts have now. */
  make(userId: string, hasText: boolean): Promise<NoteEvent>;
  /** When the text of now was last changed; 0: never. */
  modifiedUs(): Promise<number>;
  /** A library has what was due for it, so many ms later. */
  delivered?: ((lagMs: number) => void) | undefined;
}

interface Row {
  readonly userId: string;
  readonly version: number;
  readonly hasText: boolean;
  readonly failures: number;
  readonly atMs: number;
}

const rowSchema = v.object({ user_id: v.string() });

export class Outbox {
  readonly duties: Duties;
  readonly #options: OutboxOptions;
  #sending: Promise<void> | null = null;
  #isClosed = false;
  #toldMs = Number.NEGATIVE_INFINITY;

  /** The table must be there. */
  constructor(options: OutboxOptions) {
    this.#options = options;
    this.duties = { outbox: (nowMs) => this.#sendDue(nowMs), tell: (nowMs) => this.#tell(nowMs) };
  }

  /** Something concerns these: they are told at once, or as soon as it goes. Durable with what is written around it. */
  mark(userIds: readonly string[], hasText: boolean, nowMs: number): void {
    if (userIds.length === 0) return;
    const { due } = this.#options;
    this.#put(this.#nextVersion(), userIds, hasText, nowMs);
    due.set("outbox", nowMs + AGAIN_MS);
    queueMicrotask(() => void this.send());
  }

  /** Something that all see in their lists has changed a little. */
  changed(nowMs: number): void {
    this.#options.due.set("tell", Math.max(nowMs + FIRST_TELL_MS, this.#toldMs + TELL_INTERVAL_MS));
  }

  /** Sends what is due, one run at a time. Resolves when nothing is in flight. */
  send(): Promise<void> {
    return (this.#sending ??= this.#sendRows().finally(() => {
      this.#sending = null;
    }));
  }

  /** Whom it has yet to tell something. */
  waiting(): readonly string[] {
    return this.#options.sql.run("SELECT user_id FROM outbox").map((row) => v.parse(rowSchema, row).user_id);
  }

  /** The tables go; what is in flight changes nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  async #sendDue(nowMs: number): Promise<number | null> {
    await this.send();
    const [row] = this.#options.sql.run("SELECT min(at) AS next FROM outbox");
    return row === undefined || row["next"] === null ? null : Math.max(integerOf(row, "next"), nowMs + 1);
  }

  async #sendRows(): Promise<void> {
    for (let rows = this.#due(Date.now()); rows.length > 0; rows = this.#due(Date.now()))
      await inParallel(rows, (row) => this.#sendRow(row));
  }

  async #sendRow({ userId, version: meant, hasText, failures, atMs: dueMs }: Row): Promise<void> {
    const { sql, due, facts } = this.#options;
    if (facts.state.version < meant) facts.set({ version: meant });
    const version = await this.#deliver(userId, hasText);
    if (this.#isClosed) return;
    if (version !== null) {
      sql.run("DELETE FROM outbox WHERE user_id = ? AND version <= ?", userId, version);
      this.#options.delivered?.(Math.max(0, Date.now() - dueMs) + waitedMs(failures));
      return;
    }
    const atMs = Date.now() + Math.min(LAST_RETRY_MS, AGAIN_MS * 2 ** failures);
    sql.run("UPDATE outbox SET failures = failures + 1, at = ? WHERE user_id = ?", atMs, userId);
    due.set("outbox", atMs);
  }

  /** The version that the library has now for good; null: it did not say so. */
  async #deliver(userId: string, hasText: boolean): Promise<number | null> {
    try {
      const event = await this.#options.make(userId, hasText);
      await inTime(this.#options.libraries.receive(userId, [event]), PATIENCE_MS);
      return event.version;
    } catch (error) {
      log("error", { error: "outbox", message: error instanceof Error ? error.message : null });
      return null;
    }
  }

  /** Everybody hears what changed; who can't be reached gets a row. */
  async #tell(nowMs: number): Promise<number | null> {
    const { facts, everybody, modifiedUs } = this.#options;
    this.#toldMs = nowMs;
    const toldUs = await modifiedUs();
    if (this.#isClosed) return null;
    const version = facts.state.version + 1;
    const hasText = toldUs > facts.state.toldUs;
    facts.set({ version });
    const missed: string[] = [];
    await inParallel(everybody(), async (userId) => {
      if ((await this.#deliver(userId, hasText)) === null) missed.push(userId);
    });
    if (this.#isClosed) return null;
    if (missed.length > 0) {
      this.#put(version, missed, hasText, nowMs + AGAIN_MS);
      this.#options.due.set("outbox", nowMs + AGAIN_MS);
    }
    // Only now: an object that is stopped in between tells the text again.
    facts.set({ toldUs });
    return null;
  }

  #nextVersion(): number {
    const { facts } = this.#options;
    facts.set({ version: facts.state.version + 1 });
    return facts.state.version;
  }

  #put(version: number, userIds: readonly string[], hasText: boolean, atMs: number): void {
    for (const userId of new Set(userIds))
      this.#options.sql.run(
        `INSERT INTO outbox (user_id, version, has_text, at, failures) VALUES (?, ?, ?, ?, 0)
         ON CONFLICT (user_id) DO UPDATE SET version = max(version, excluded.version), has_text = max(has_text, excluded.has_text),
           at = min(at, excluded.at)`,
        userId,
        version,
        Number(hasText),
        Math.floor(atMs),
      );
  }

  #due(nowMs: number): readonly Row[] {
    if (this.#isClosed) return [];
    return this.#options.sql.run("SELECT * FROM outbox WHERE at <= ? ORDER BY at LIMIT ?", nowMs, BATCH).map((row) => ({
      userId: v.parse(rowSchema, row).user_id,
      version: integerOf(row, "version"),
      hasText: integerOf(row, "has_text") === 1,
      failures: integerOf(row, "failures"),
      atMs: integerOf(row, "at"),
    }));
  }
}

/** How long a row has waited that came back so often. */
function waitedMs(failures: number): number {
  let waited = 0;
  for (let at = 0; at < failures; at++) waited += Math.min(LAST_RETRY_MS, AGAIN_MS * 2 ** at);
  return waited;
}

/** `work` for each of `items`, at most PARALLEL of them at once. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
}

/** What `asked` comes to; rejects where that takes longer than `ms`. */
async function inTime<T>(asked: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), ms);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
