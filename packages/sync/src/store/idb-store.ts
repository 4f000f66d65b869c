// The device's store in IndexedDB. What may not be lost (edits, ops in flight, counters, keys) is written with strict
// durability: the default has been relaxed since 2024 and reports success before the disk has it.
import type { LogStore, NoteId } from "@reed/log";
import type { Checkpoint } from "../engine/checkpoint.ts";
import type { StoreChange } from "../engine/effect.ts";
import type { Draft } from "../open-note.ts";
import { CHANGED_STORES, makeChange } from "./idb-change.ts";
import { all, IdbConnection, inTransaction } from "./idb-connection.ts";
import { idbLog } from "./idb-log.ts";
import { keysOf, type ReedSchema } from "./idb-schema.ts";
import {
  blankNote,
  byTime,
  type DeviceRecord,
  type Evidence,
  MAX_EVIDENCE,
  type NoteRecord,
  type ReplicaStore,
  type StoredNote,
} from "./replica-store.ts";

export const DATABASE_NAME = "reed";
/** Stores whose keys begin with the note id. */
const PARTS_OF_NOTE = ["log", "checkpoints", "outbox", "in_flight", "drafts", "evidence"] as const;
const STORES_OF_NOTE = [...PARTS_OF_NOTE, "counters", "notes"] as const;
const STRICT = { durability: "strict" } as const;

export class IdbStore implements ReplicaStore {
  readonly keeps = "device";
  readonly #connection: IdbConnection;

  constructor(name = DATABASE_NAME) {
    this.#connection = new IdbConnection(name);
  }

  device(): Promise<DeviceRecord | null> {
    return this.#connection.use(async (database) => (await database.get("device", "self")) ?? null);
  }

  saveDevice(record: DeviceRecord): Promise<void> {
    return this.#connection.use(async (database) => {
      const transaction = database.transaction("device", "readwrite", STRICT);
      await inTransaction(transaction, () => transaction.store.put(record, "self"));
    });
  }

  notes(): Promise<readonly NoteRecord[]> {
    return this.#connection.use(async (database) => (await database.getAll("notes")).map(whole));
  }

  note(noteId: NoteId): Promise<NoteRecord | null> {
    return this.#connection.use(async (database) => {
      const record = await database.get("notes", noteId);
      return record === undefined ? null : whole(record);
    });
  }

  saveNote(noteId: NoteId, fields: Partial<Omit<NoteRecord, "noteId">>): Promise<void> {
    return this.#connection.use(async (database) => {
      const transaction = database.transaction("notes", "readwrite", STRICT);
      await inTransaction(transaction, async () => {
        const known = (await transaction.store.get(noteId)) ?? blankNote(noteId);
        await transaction.store.put({ ...known, ...fields });
      });
    });
  }

  removeNote(noteId: NoteId): Promise<void> {
    return this.#connection.use(async (database) => {
      const transaction = database.transaction(STORES_OF_NOTE, "readwrite", STRICT);
      await inTransaction(transaction, () =>
        all([
          ...PARTS_OF_NOTE.map((store) => () => transaction.objectStore(store).delete(keysOf(noteId))),
          () => transaction.objectStore("counters").delete(noteId),
          () => transaction.objectStore("notes").delete(noteId),
        ]),
      );
    });
  }

  load(noteId: NoteId): Promise<StoredNote> {
    return this.#connection.use(async (database) => {
      const transaction = database.transaction(CHANGED_STORES);
      const [checkpoints, runs, outbox, inFlight, counter] = await inTransaction(transaction, () =>
        Promise.all([
          transaction.objectStore("checkpoints").getAll(keysOf(noteId)),
          transaction.objectStore("log").getAll(keysOf(noteId)),
          transaction.objectStore("outbox").getAll(keysOf(noteId)),
          transaction.objectStore("in_flight").getAll(keysOf(noteId)),
          transaction.objectStore("counters").get(noteId),
        ]),
      );
      return {
        checkpoint: checkpoints.map(toCheckpoint)[0] ?? null,
        rows: runs.flatMap(({ rows }) => rows),
        outbox: outbox.map(withoutNote),
        inFlight: inFlight.map(withoutNote),
        ctr: counter?.ctr ?? 0,
      };
    });
  }

  waiting(): Promise<ReadonlySet<NoteId>> {
    return this.#connection.use(async (database) => {
      const transaction = database.transaction(["outbox", "in_flight"]);
      const keys = await inTransaction(transaction, () =>
        Promise.all([
          transaction.objectStore("outbox").getAllKeys(),
          transaction.objectStore("in_flight").getAllKeys(),
        ]),
      );
      return new Set(keys.flat().map(([noteId]) => noteId));
    });
  }

  change(noteId: NoteId, change: StoreChange, isStrict: boolean): Promise<void> {
    return this.#connection.use(async (database, isAgain) => {
      const transaction = database.transaction(CHANGED_STORES, "readwrite", isStrict ? STRICT : {});
      await inTransaction(transaction, () => makeChange(transaction, noteId, change, isAgain));
    });
  }

  async drafts(noteId: NoteId): Promise<readonly Draft[]> {
    const drafts = await this.#connection.use((database) => database.getAll("drafts", keysOf(noteId)));
    return drafts.map(withoutNote).toSorted(byTime);
  }

  addDraft(noteId: NoteId, draft: Draft): Promise<void> {
    return this.#connection.use(async (database) => {
      const transaction = database.transaction("drafts", "readwrite", STRICT);
      await inTransaction(transaction, () => transaction.store.put({ ...draft, noteId }));
    });
  }

  removeDraft(noteId: NoteId, draftId: string): Promise<void> {
    return this.#connection.use((database) => database.delete("drafts", [noteId, draftId]));
  }

  async evidence(noteId: NoteId): Promise<readonly Evidence[]> {
    const kept = await this.#connection.use((database) => database.getAll("evidence", keysOf(noteId)));
    return kept.map(({ atMs, kind, bytes }) => ({ atMs, kind, bytes }));
  }

  addEvidence(noteId: NoteId, evidence: Evidence): Promise<void> {
    return this.#connection.use(async (database) => {
      const transaction = database.transaction("evidence", "readwrite", STRICT);
      await inTransaction(transaction, async () => {
        const known = await transaction.store.getAllKeys(keysOf(noteId));
        const id = (known.at(-1)?.[1] ?? 0) + 1;
        await all([
          () => transaction.store.put({ ...evidence, noteId, id }),
          ...known
            .slice(0, Math.max(0, known.length + 1 - MAX_EVIDENCE))
            .map((key) => () => transaction.store.delete(key)),
        ]);
      });
    });
  }

  /** The log of one note by itself, as the contract suite tests it. */
  logOf(noteId: NoteId): LogStore {
    return idbLog(this.#connection, noteId);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

function toCheckpoint({ seq, chain, ledger, document }: ReedSchema["checkpoints"]["value"]): Checkpoint {
  return { at: { seq, chain }, ledger, document };
}

/** A record of an earlier version lacks what came later. */
const whole = (record: NoteRecord): NoteRecord => ({ ...blankNote(record.noteId), ...record });

function withoutNote<T extends { readonly noteId: NoteId }>({ noteId: _noteId, ...record }: T): Omit<T, "noteId"> {
  return record;
}
