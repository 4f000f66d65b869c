// Who came through a space: a row for each session, until it ends. Whoever has said nothing for a minute is not shown, but their
// session goes on. When each instance of the Activity last proved its people is kept beside them.
import { type NoteId, parseNoteId } from "@reed/log";
import { integerOf, type Sql, type SqlRow } from "@reed/room";
import * as v from "valibot";
import type { Arrival, SpacePerson } from "./rpc.ts";

export const PEOPLE_HERE_TABLES: readonly string[] = [
  `CREATE TABLE here (
    session TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    discord TEXT NOT NULL,
    name TEXT NOT NULL,
    instance TEXT NOT NULL,
    note TEXT,
    entered_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
  ) WITHOUT ROWID`,
  "CREATE TABLE proofs (instance TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID",
];

/** Three times as long as a client waits before it says again that it is here. */
const SHOWN_MS = 60_000;

export interface HereRow {
  readonly sessionId: string;
  readonly userId: string;
  /** How whoever proves people knows this one. */
  readonly discordId: string;
  readonly name: string;
  readonly instance: string;
  readonly noteId: NoteId | null;
  readonly enteredMs: number;
  readonly seenMs: number;
}

const rowSchema = v.object({
  session: v.string(),
  user_id: v.string(),
  discord: v.string(),
  name: v.string(),
  instance: v.string(),
  note: v.nullable(v.string()),
});
const instanceSchema = v.object({ instance: v.string() });

export class PeopleHere {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  enter({ sessionId, userId, discordId, name, instance }: Arrival, nowMs: number): void {
    this.#sql.run(
      `INSERT INTO here (session, user_id, discord, name, instance, note, entered_ms, seen_ms)
       VALUES (?, ?, ?, ?, ?, NULL, ?, ?)
       ON CONFLICT (session) DO UPDATE SET name = excluded.name, instance = excluded.instance,
         entered_ms = excluded.entered_ms, seen_ms = excluded.seen_ms`,
      sessionId,
      userId,
      discordId,
      name,
      instance,
      nowMs,
      nowMs,
    );
  }

  leave(sessionId: string): void {
    this.#sql.run("DELETE FROM here WHERE session = ?", sessionId);
    this.#sql.run("DELETE FROM proofs WHERE instance NOT IN (SELECT instance FROM here)");
  }

  find(sessionId: string): HereRow | null {
    const [row] = this.#sql.run("SELECT * FROM here WHERE session = ?", sessionId);
    return row === undefined ? null : hereOf(row);
  }

  saw(sessionId: string, noteId: NoteId | null, nowMs: number): void {
    this.#sql.run("UPDATE here SET note = ?, seen_ms = ? WHERE session = ?", noteId, nowMs, sessionId);
  }

  get isEmpty(): boolean {
    return this.#sql.run("SELECT 1 FROM here LIMIT 1").length === 0;
  }

  instances(): readonly string[] {
    return this.#sql
      .run("SELECT DISTINCT instance FROM here ORDER BY instance")
      .map((row) => v.parse(instanceSchema, row).instance);
  }

  /** The sessions of an instance, the newest first. */
  inside(instance: string): readonly HereRow[] {
    return this.#sql
      .run("SELECT * FROM here WHERE instance = ? ORDER BY entered_ms DESC, session DESC", instance)
      .map(hereOf);
  }

  proved(instance: string, atMs: number): void {
    this.#sql.run("INSERT OR REPLACE INTO proofs (instance, at_ms) VALUES (?, ?)", instance, atMs);
  }

  /** When all in `instance` were last asked about; 0: never, since anybody there came in. */
  provenMs(instance: string): number {
    const [row] = this.#sql.run("SELECT at_ms FROM proofs WHERE instance = ?", instance);
    return row === undefined ? 0 : integerOf(row, "at_ms");
  }

  /** Each person once, with what they did last; whoever has session `ownId` first, then whoever was seen last. */
  shown(ownId: string, nowMs: number, limit: number): readonly SpacePerson[] {
    const you = this.find(ownId)?.userId ?? null;
    const rows = this.#sql.run(
      "SELECT * FROM here WHERE seen_ms > ? ORDER BY seen_ms DESC, session DESC",
      nowMs - SHOWN_MS,
    );
    const newest = new Map<string, HereRow>();
    for (const row of rows.map(hereOf)) if (!newest.has(row.userId)) newest.set(row.userId, row);
    return [...newest.values()]
      .toSorted((a, b) => Number(b.userId === you) - Number(a.userId === you))
      .slice(0, limit)
      .map(({ userId, name, noteId }) => ({ user: { id: userId, name }, noteId, isYou: userId === you }));
  }
}

function hereOf(row: SqlRow): HereRow {
  const { session, user_id: userId, discord, name, instance, note } = v.parse(rowSchema, row);
  return {
    sessionId: session,
    userId,
    discordId: discord,
    name,
    instance,
    noteId: note === null ? null : parseNoteId(note),
    enteredMs: integerOf(row, "entered_ms"),
    seenMs: integerOf(row, "seen_ms"),
  };
}
