// The device's store in IndexedDB. What may not be lost (edits, ops in flight, counters, keys) is written with strict
// durability: the default has been relaxed since 2024 and reports success before the disk has it. A dead handle (Safari loses
// its connection to the database server) is dropped and opened anew once; what fails after that is the caller's to tell.
import type { IDBPObjectStore, StoreNames } from "idb";
import { assertContinues, type LogRow, type LogStore, type NoteId } from "@reed/log";
import type { StoreChange } from "../engine/effect.ts";
import type { Draft } from "../open-note.ts";
import { keysOf, openDatabase, type ReedDatabase, type ReedSchema } from "./idb-schema.ts";
import { blankNote, type DeviceRecord, type NoteRecord, type ReplicaStore, type StoredNote } from "./replica-store.ts";

type Counters = Pick<IDBPObjectStore<ReedSchema, StoreNames<ReedSchema>[], "counters", "readwrite">, "get" | "put">;

const DATABASE_NAME = "reed";
const STRICT = { durability: "strict" } as const;

export class IdbStore implements ReplicaStore {
  readonly keeps = "device";
  readonly #name: string;
  #database: Promise<ReedDatabase> | null = null;

  constructor(name = DATABASE_NAME) {
    this.#name = name;
  }

  device(): Promise<DeviceRecord | null> {
    return this.#use(async (database) => (await database.get("device", "self")) ?? null);
  }

  saveDevice(record: DeviceRecord): Promise<void> {
    return this.#use(async (database) => {
      const transaction = database.transaction("device", "readwrite", STRICT);
      await Promise.all([transaction.store.put(record, "self"), transaction.done]);
    });
  }

  notes(): Promise<readonly NoteRecord[]> {
    return this.#use((database) => database.getAll("notes"));
  }

  note(noteId: NoteId): Promise<NoteRecord | null> {
    return this.#use(async (database) => (await database.get("notes", noteId)) ?? null);
  }

  saveNote(noteId: NoteId, fields: Partial<Omit<NoteRecord, "noteId">>): Promise<void> {
    return this.#use(async (database) => {
      const transaction = database.transaction("notes", "readwrite", STRICT);
      const known = (await transaction.store.get(noteId)) ?? blankNote(noteId);
      await Promise.all([transaction.store.put({ ...known, ...fields }), transaction.done]);
    });
  }

  load(noteId: NoteId): Promise<StoredNote> {
    return this.#use(async (database) => {
      const transaction = database.transaction(["log", "outbox", "in_flight", "counters"]);
      const [rows, outbox, inFlight, counter] = await Promise.all([
        transaction.objectStore("log").getAll(keysOf(noteId)),
        transaction.objectStore("outbox").getAll(keysOf(noteId)),
        transaction.objectStore("in_flight").getAll(keysOf(noteId)),
        transaction.objectStore("counters").get(noteId),
      ]);
      return { rows, outbox, inFlight, ctr: counter?.ctr ?? 0 };
    });
  }

  change(noteId: NoteId, change: StoreChange, isStrict: boolean): Promise<void> {
    return this.#use(async (database) => {
      const stores = ["log", "outbox", "in_flight", "counters"] as const;
      const transaction = database.transaction(stores, "readwrite", isStrict ? STRICT : {});
      const outbox = transaction.objectStore("outbox");
      const inFlight = transaction.objectStore("in_flight");
      const counters = transaction.objectStore("counters");
      const log = transaction.objectStore("log");
      const requests: Promise<unknown>[] = [
        ...(change.rows ?? []).map((row) => log.add({ ...row, noteId })),
        ...(change.removeOutbox ?? []).map((id) => outbox.delete([noteId, id])),
        ...(change.addInFlight ?? []).map((item) => inFlight.put({ ...item, noteId })),
        ...(change.removeInFlight ?? []).map((key) => inFlight.delete([noteId, key])),
      ];
      if (change.addOutbox !== undefined) requests.push(outbox.put({ ...change.addOutbox, noteId }));
      if (change.ctr !== undefined) requests.push(raiseCounter(counters, noteId, change.ctr));
      await Promise.all([...requests, transaction.done]);
    });
  }

  drafts(noteId: NoteId): Promise<readonly Draft[]> {
    return this.#use((database) => database.getAll("drafts", keysOf(noteId)));
  }

  addDraft(noteId: NoteId, draft: Draft): Promise<void> {
    return this.#use(async (database) => {
      const transaction = database.transaction("drafts", "readwrite", STRICT);
      await Promise.all([transaction.store.put({ ...draft, noteId }), transaction.done]);
    });
  }

  removeDraft(noteId: NoteId, draftId: string): Promise<void> {
    return this.#use((database) => database.delete("drafts", [noteId, draftId]));
  }

  /** The log of one note by itself, as the contract suite tests it. */
  logOf(noteId: NoteId): LogStore {
    return {
      append: (rows) => this.#appendLog(noteId, rows),
      // A count of 0 means "all" to IndexedDB.
      read: (fromSeq, limit) =>
        limit === 0
          ? []
          : this.#use((database) =>
              database.getAll("log", IDBKeyRange.bound([noteId, fromSeq], [noteId, Infinity]), limit),
            ),
      lastSeq: () => this.#use((database) => lastSeqOf(database, noteId)),
    };
  }

  async close(): Promise<void> {
    const database = await this.#database;
    this.#database = null;
    database?.close();
  }

  #appendLog(noteId: NoteId, rows: readonly LogRow[]): Promise<void> {
    return this.#use(async (database) => {
      assertContinues(rows, await lastSeqOf(database, noteId));
      const transaction = database.transaction("log", "readwrite", STRICT);
      await Promise.all([...rows.map((row) => transaction.store.put({ ...row, noteId })), transaction.done]);
    });
  }

  async #use<T>(work: (database: ReedDatabase) => Promise<T>): Promise<T> {
    const database = await this.#open();
    try {
      return await work(database);
    } catch (error) {
      if (!isDeadHandle(error)) throw error;
      this.#database = null;
      return work(await this.#open());
    }
  }

  #open(): Promise<ReedDatabase> {
    const forget = (): void => {
      this.#database = null;
    };
    if (this.#database === null) {
      this.#database = openDatabase(this.#name, forget);
      this.#database.catch(forget);
    }
    return this.#database;
  }
}

async function raiseCounter(counters: Counters, noteId: NoteId, ctr: number): Promise<void> {
  const known = (await counters.get(noteId))?.ctr ?? 0;
  await counters.put({ noteId, ctr: Math.max(known, ctr) });
}

async function lastSeqOf(database: ReedDatabase, noteId: NoteId): Promise<number> {
  const cursor = await database.transaction("log").store.openKeyCursor(keysOf(noteId), "prev");
  return cursor === null ? 0 : cursor.key[1];
}

/** The handle was closed under us: by the browser, by another tab's upgrade, or by Safari losing its database server. */
function isDeadHandle(error: unknown): boolean {
  return (
    error instanceof DOMException && (error.name === "InvalidStateError" || /connection|closing/i.test(error.message))
  );
}
