// A note opened by a test inside an object, beside the object's own memory: over the same storage, with a bucket and limits of
// the test's choice. The object must be evicted after, for it doesn't know what was written behind its back.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { userPrincipal, type NoteId } from "@reed/log";
import type { Sql, SqlValue } from "@reed/room";
import { updatesOfText } from "@reed/text";
import * as Y from "yjs";
import { configOf } from "../env.ts";
import { RoomHost } from "../host/room-host.ts";
import type { BlobStore } from "../host/snapshot-blobs.ts";
import { SNAPSHOT_LIMITS, type SnapshotLimits } from "../host/snapshots.ts";
import { noteObject } from "../routes/note-address.ts";
import { NOTE_STEPS } from "./migrations.ts";
import { Meter } from "../metrics/meter.ts";
import type { NoteWorld } from "./company.ts";
import { Note } from "./note.ts";

export interface OpenOptions {
  readonly blobs?: BlobStore | null | undefined;
  readonly limits?: SnapshotLimits | undefined;
  readonly sql?: Sql | undefined;
  /** Left out: libraries that take everything and keep nothing. */
  readonly world?: NoteWorld | undefined;
}

const QUIET_WORLD: NoteWorld = {
  libraries: { receive: () => Promise.resolve(), heads: () => Promise.resolve() },
  areGuests: () => Promise.resolve(true),
};

export function openNote(
  ctx: DurableObjectState,
  { blobs = null, limits, sql, world = QUIET_WORLD }: OpenOptions = {},
): RoomHost<Note> {
  const host = new RoomHost<Note>({
    ctx,
    config: configOf(env),
    blobs,
    meter: new Meter("note", env),
    steps: NOTE_STEPS,
    sql,
    host: (context) => new Note(context, world, limits ?? SNAPSHOT_LIMITS),
  });
  host.wake();
  return host;
}

/** The storage of an object that counts what its statements cost. */
export class CountingSql implements Sql {
  readonly #storage: DurableObjectStorage;
  rowsRead = 0;
  rowsWritten = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  run(statement: string, ...values: readonly SqlValue[]) {
    const cursor = this.#storage.sql.exec(statement, ...values);
    const rows = cursor.toArray();
    this.rowsRead += cursor.rowsRead;
    this.rowsWritten += cursor.rowsWritten;
    return rows;
  }

  transaction(work: () => void): void {
    this.#storage.transactionSync(work);
  }
}

/** Does `work` with a note of its own over the storage of `noteId`'s object. */
export function inNote<T>(
  noteId: NoteId,
  options: OpenOptions,
  work: (note: Note, host: RoomHost<Note>, ctx: DurableObjectState) => T | Promise<T>,
): Promise<T> {
  return runInDurableObject(noteObject(env, noteId), async (_, ctx) => {
    await configOf(env).gateway.ready();
    const host = openNote(ctx, options);
    if (host.hosted === null) throw new Error("there is no note here");
    return work(host.hosted, host, ctx);
  });
}

/** Writes `text` at the end of what it wrote before, as one op of the gateway's for `userId`. */
export function opsWriter(note: Note, userId: string): (text: string) => Promise<void> {
  const attribution = { by: userPrincipal(userId), via: "api", session: null } as const;
  const doc = new Y.Doc();
  const root = doc.getText("text");
  return async (text) => {
    const before = Y.encodeStateVector(doc);
    root.insert(root.length, text);
    const result = await note.room.writeText(Y.encodeStateAsUpdate(doc, before), attribution);
    if (!result.ok) throw new Error(`refused: ${result.code}`);
  };
}

/** Writes `count` ops of one letter each. */
export async function writeOps(note: Note, userId: string, count: number, letter = "a"): Promise<void> {
  const write = opsWriter(note, userId);
  for (let written = 0; written < count; written += 1) await write(letter);
}

/** Writes `text` in as few ops as it takes. */
export async function writeText(note: Note, userId: string, text: string): Promise<void> {
  const attribution = { by: userPrincipal(userId), via: "api", session: null } as const;
  for (const update of updatesOfText(text)) {
    const result = await note.room.writeText(update, attribution);
    if (!result.ok) throw new Error(`refused: ${result.code}`);
  }
}
