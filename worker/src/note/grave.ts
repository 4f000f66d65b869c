// What stays at the address of a note that was removed for good: a signed tombstone, and the people who have yet to be told. Every
// table of the note goes in the one step that digs it, so there is no moment with half a note; blobs follow. It never ends: the
// genesis of this note is refused for ever.
import { type NoteId, parseNoteId } from "@reed/log";
import { blobOf, integerOf, type Sql } from "@reed/room";
import * as v from "valibot";
import type { NoteEvent } from "../library/events.ts";
import { picturesOf } from "../card/kept-pictures.ts";
import { emptyShelf, shelfOf } from "../admin/backup-shelf.ts";
import { type BlobStore, dropUnnamed } from "../host/snapshot-blobs.ts";
import { inParallel, type Libraries } from "./outbox.ts";

export const GRAVE_TABLES: readonly string[] = [
  "CREATE TABLE grave (k INTEGER PRIMARY KEY CHECK (k = 1), note_id TEXT NOT NULL, tombstone BLOB NOT NULL, version INTEGER NOT NULL, blob_runs INTEGER NOT NULL, blobs_at INTEGER NOT NULL)",
  "CREATE TABLE mourners (user_id TEXT PRIMARY KEY, is_owner INTEGER NOT NULL, told INTEGER NOT NULL, failures INTEGER NOT NULL) WITHOUT ROWID",
];
/** A snapshot that was just being stored may have come after the blobs were dropped: they are dropped once more. */
const BLOB_RUNS = 2;
const BLOBS_AGAIN_MS = 600_000;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 300_000;

export interface Burial {
  readonly noteId: NoteId;
  readonly tombstone: Uint8Array;
  /** Of the event that tells of it. */
  readonly version: number;
  /** Users who had the note, or still have to hear of something. */
  readonly people: readonly { readonly userId: string; readonly isOwner: boolean }[];
}

export interface GraveOptions {
  readonly sql: Sql;
  readonly storage: Pick<DurableObjectStorage, "setAlarm">;
  readonly blobs: BlobStore | null;
  readonly libraries: Libraries;
}

const rowSchema = v.object({
  note_id: v.pipe(v.string(), v.transform(parseNoteId), v.nonNullable(v.custom<NoteId>(isText))),
});
const mournerSchema = v.object({ user_id: v.string() });

export class Grave {
  readonly noteId: NoteId;
  readonly tombstone: Uint8Array;
  readonly #options: GraveOptions;
  readonly #version: number;

  private constructor(
    options: GraveOptions,
    row: Readonly<Record<string, unknown>>,
    tombstone: Uint8Array,
    version: number,
  ) {
    this.#options = options;
    this.noteId = v.parse(rowSchema, row).note_id;
    this.tombstone = tombstone;
    this.#version = version;
  }

  /** The grave of this object; null where there is none. */
  static find(options: GraveOptions): Grave | null {
    const [there] = options.sql.run("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'grave'");
    if (there === undefined) return null;
    const [row] = options.sql.run("SELECT * FROM grave");
    return row === undefined ? null : new Grave(options, row, blobOf(row, "tombstone"), integerOf(row, "version"));
  }

  /** Puts the grave in place of the note: all in one step. */
  static dig(options: GraveOptions, { noteId, tombstone, version, people }: Burial, nowMs: number): Grave {
    const { sql, storage, blobs } = options;
    sql.transaction(() => {
      for (const name of tablesOf(sql)) sql.run(`DROP TABLE "${name}"`);
      for (const table of GRAVE_TABLES) sql.run(table);
      sql.run(
        "INSERT INTO grave (k, note_id, tombstone, version, blob_runs, blobs_at) VALUES (1, ?, ?, ?, ?, ?)",
        noteId,
        tombstone,
        version,
        blobs === null ? 0 : BLOB_RUNS,
        nowMs,
      );
      for (const { userId, isOwner } of people)
        sql.run(
          "INSERT OR REPLACE INTO mourners (user_id, is_owner, told, failures) VALUES (?, ?, 0, 0)",
          userId,
          Number(isOwner),
        );
    });
    void storage.setAlarm(nowMs);
    const grave = Grave.find(options);
    if (grave === null) throw new Error("a grave that was dug is there");
    return grave;
  }

  /** Whether `userId` owned the note when it went. */
  wasOwnedBy(userId: string): boolean {
    return this.#options.sql.run("SELECT 1 FROM mourners WHERE user_id = ? AND is_owner = 1", userId).length > 0;
  }

  /** What the library of `userId` should know; null: they never had the note. */
  eventFor(userId: string): NoteEvent | null {
    return this.#options.sql.run("SELECT 1 FROM mourners WHERE user_id = ?", userId).length > 0 ? this.#event : null;
  }

  /** Tells who was not told, and drops the blobs. Sets the alarm where that is not the end of it. */
  async tend(nowMs: number): Promise<void> {
    const { sql, storage, libraries } = this.#options;
    await inParallel(this.#untold(), async (userId) => {
      try {
        await libraries.receive(userId, [this.#event]);
        sql.run("UPDATE mourners SET told = 1 WHERE user_id = ?", userId);
      } catch {
        sql.run("UPDATE mourners SET failures = failures + 1 WHERE user_id = ?", userId);
      }
    });
    const [row] = sql.run("SELECT count(*) AS untold, min(failures) AS failures FROM mourners WHERE told = 0");
    const untold = row === undefined ? 0 : integerOf(row, "untold");
    const failures = row === undefined || untold === 0 ? 0 : integerOf(row, "failures");
    const retryMs = nowMs + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    const times = [await this.#dropBlobs(nowMs), untold > 0 ? retryMs : null].filter((time) => time !== null);
    if (times.length > 0) await storage.setAlarm(Math.min(...times));
  }

  get #event(): NoteEvent {
    return { noteId: this.noteId, version: this.#version, entry: null, text: null };
  }

  /** When to drop blobs again; null: never. */
  async #dropBlobs(nowMs: number): Promise<number | null> {
    const { sql, blobs } = this.#options;
    const [row] = sql.run("SELECT blob_runs, blobs_at FROM grave");
    const runs = row === undefined ? 0 : integerOf(row, "blob_runs");
    const atMs = row === undefined ? 0 : integerOf(row, "blobs_at");
    if (blobs === null || runs === 0) return null;
    if (nowMs < atMs) return atMs;
    try {
      await dropUnnamed(blobs, this.noteId, () => []);
      await emptyShelf(blobs, shelfOf("note", this.noteId));
      await emptyShelf(blobs, picturesOf(this.noteId));
    } catch {
      return nowMs + LAST_RETRY_MS;
    }
    sql.run("UPDATE grave SET blob_runs = ?, blobs_at = ?", runs - 1, nowMs + BLOBS_AGAIN_MS);
    return runs === 1 ? null : nowMs + BLOBS_AGAIN_MS;
  }

  #untold(): readonly string[] {
    return this.#options.sql
      .run("SELECT user_id FROM mourners WHERE told = 0")
      .map((row) => v.parse(mournerSchema, row).user_id);
  }
}

/** Without those of the platform. */
function tablesOf(sql: Sql): readonly string[] {
  return sql
    .run(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
    )
    .map((row) => v.parse(v.object({ name: v.string() }), row).name);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
