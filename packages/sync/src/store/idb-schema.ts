// The device's database (docs/spec/storage.md). Versions are added, never edited.
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
import { type LogRow, type NoteId, TEXT_BUCKET } from "@reed/log";
import type { StoredInFlight } from "../engine/in-flight.ts";
import type { OutboxEntry } from "../engine/outbox.ts";
import type { Draft } from "../open-note.ts";
import type { DeviceRecord, Evidence, NoteRecord } from "./replica-store.ts";

export const DATABASE_VERSION = 3;

interface OfNote {
  readonly noteId: NoteId;
}

/** A checkpoint with its position in the key, so that the position can be had without the rest. */
interface CheckpointRecord extends OfNote {
  readonly seq: number;
  readonly chain: Uint8Array;
  readonly ledger: Uint8Array;
  readonly document: Uint8Array;
}

/** Rows in a row that were stored together, oldest first. */
interface RunRecord extends OfNote {
  /** Of the last one. */
  readonly seq: number;
  readonly rows: readonly LogRow[];
}

export interface ReedSchema extends DBSchema {
  readonly log: { readonly key: [NoteId, number]; readonly value: RunRecord };
  readonly checkpoints: { readonly key: [NoteId, number]; readonly value: CheckpointRecord };
  readonly outbox: { readonly key: [NoteId, number]; readonly value: OutboxEntry & OfNote };
  readonly in_flight: { readonly key: [NoteId, string]; readonly value: StoredInFlight & OfNote };
  readonly counters: { readonly key: NoteId; readonly value: OfNote & { readonly ctr: number } };
  readonly notes: { readonly key: NoteId; readonly value: NoteRecord };
  readonly drafts: { readonly key: [NoteId, string]; readonly value: Draft & OfNote };
  /** `id` counts up. */
  readonly evidence: { readonly key: [NoteId, number]; readonly value: Evidence & OfNote & { readonly id: number } };
  readonly device: { readonly key: "self"; readonly value: DeviceRecord };
}

export type ReedDatabase = IDBPDatabase<ReedSchema>;

type Upgrade = IDBPTransaction<ReedSchema, StoreNames<ReedSchema>[], "versionchange">;

/** Opens the database, making or migrating it. `onLost` is called when the handle is dead: open anew before the next use. */
export function openDatabase(name: string, onLost: () => void): Promise<ReedDatabase> {
  return openDB<ReedSchema>(name, DATABASE_VERSION, {
    upgrade(database, oldVersion, _newVersion, transaction) {
      if (oldVersion < 1) {
        database.createObjectStore("log", { keyPath: ["noteId", "seq"] });
        database.createObjectStore("outbox", { keyPath: ["noteId", "id"] });
        database.createObjectStore("in_flight", { keyPath: ["noteId", "key"] });
        database.createObjectStore("counters", { keyPath: "noteId" });
        database.createObjectStore("notes", { keyPath: "noteId" });
        database.createObjectStore("drafts", { keyPath: ["noteId", "id"] });
        database.createObjectStore("device");
      }
      if (oldVersion < 2) {
        database.createObjectStore("checkpoints", { keyPath: ["noteId", "seq"] });
        database.createObjectStore("evidence", { keyPath: ["noteId", "id"] });
      }
      migrate(oldVersion, transaction).catch(() => transaction.abort());
      transaction.done.catch(() => undefined); // then the opening fails, which says it already
    },
    blocking(_current, _blocked, event) {
      if (event.target instanceof IDBDatabase) event.target.close();
      onLost();
    },
    terminated: onLost,
  });
}

/** Every key of one note in a store whose keys begin with the note id. */
export function keysOf(noteId: NoteId): IDBKeyRange {
  return IDBKeyRange.bound([noteId], [noteId, []]);
}

async function migrate(oldVersion: number, transaction: Upgrade): Promise<void> {
  if (oldVersion < 2) await nameBuckets(transaction);
  if (oldVersion < 3) await wrapRows(transaction);
}

/** To version 2: what waits to be sent is `{id, update}`, and all of it is text. */
async function nameBuckets(transaction: Upgrade): Promise<void> {
  let cursor = await transaction.objectStore("outbox").openCursor();
  while (cursor !== null) {
    const { noteId, id } = cursor.value;
    await cursor.update({ noteId, id, bucket: TEXT_BUCKET, payload: updateOf(cursor.value) });
    cursor = await cursor.continue();
  }
}

/** To version 3: what lies in the log is `{noteId, seq, …}`, a row each. */
async function wrapRows(transaction: Upgrade): Promise<void> {
  let cursor = await transaction.objectStore("log").openCursor();
  while (cursor !== null) {
    const { noteId, seq } = cursor.value;
    await cursor.update({ noteId, seq, rows: [rowOf(cursor.value)] });
    cursor = await cursor.continue();
  }
}

function rowOf(record: object): LogRow {
  if (!isRow(record)) throw new TypeError("not a row of version 2");
  const { seq, recvUs, opId, chain, envelope } = record;
  return { seq, recvUs, opId, chain, envelope };
}

const isRow = (record: object): record is LogRow => "envelope" in record && record.envelope instanceof Uint8Array;

function updateOf(record: object): Uint8Array {
  if ("update" in record && record.update instanceof Uint8Array) return record.update;
  throw new TypeError("not an edit of version 1");
}
