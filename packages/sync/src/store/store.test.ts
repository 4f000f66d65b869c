// What is IndexedDB's own in the device's store (docs/spec/storage.md).
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StoreChange } from "../engine/effect.ts";
import { IdbStore } from "./idb-store.ts";
import { openStore } from "./open-store.ts";
import { checkpointAt, DEVICE, edit, inFlight, NOTE, OTHER, rowAt, rowsFrom } from "./store.test-support.ts";

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function openRaw(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("no database")));
  });
}

/** The `durability` that each write transaction asks for, by its stores. */
function spyOnWrites(): [string, string | undefined][] {
  const seen: [string, string | undefined][] = [];
  const original = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
    this: IDBDatabase,
    stores,
    mode,
    options,
  ) {
    if (mode === "readwrite")
      seen.push([typeof stores === "string" ? stores : [...stores].join(" "), options?.durability]);
    return original.call(this, stores, mode, options);
  });
  return seen;
}

/** Makes the k-th write of changes from now on fail as `fail` says; returns how many there were. */
function failWrite(k: number, fail: (store: IDBObjectStore) => void): () => number {
  const { add, put, delete: remove } = IDBObjectStore.prototype;
  let count = 0;
  const write = (store: IDBObjectStore): void => {
    count += 1;
    if (count === k) fail(store);
  };
  vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(function (this: IDBObjectStore, value: unknown) {
    write(this);
    return add.call(this, value);
  });
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value: unknown) {
    write(this);
    return put.call(this, value);
  });
  vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(function (this: IDBObjectStore, query) {
    write(this);
    return remove.call(this, query);
  });
  return () => count;
}

/** Makes a change after each of its writes has failed, and left all as it was; how many that are. */
async function failingWrites(
  store: IdbStore,
  change: StoreChange,
  fail: (store: IDBObjectStore) => void,
): Promise<number> {
  const before = await store.load(NOTE);
  for (let k = 1; ; k += 1) {
    const writes = failWrite(k, fail);
    const result = await store.change(NOTE, change, true).catch((error: unknown) => error);
    const isReached = writes() >= k;
    vi.restoreAllMocks();
    if (!isReached) return k - 1;
    expect(result).toMatchObject({ name: "QuotaExceededError" });
    expect(await store.load(NOTE)).toEqual(before);
  }
}

describe("the store in IndexedDB", () => {
  it("[S6] has version 3 and nine stores with their keys", async () => {
    await new IdbStore("test").notes();
    const database = await openRaw("test");
    expect(database.version).toBe(3);
    const names = [...database.objectStoreNames];
    expect(names.map((name) => [name, database.transaction(name).objectStore(name).keyPath])).toEqual([
      ["checkpoints", ["noteId", "seq"]],
      ["counters", "noteId"],
      ["device", null],
      ["drafts", ["noteId", "id"]],
      ["evidence", ["noteId", "id"]],
      ["in_flight", ["noteId", "key"]],
      ["log", ["noteId", "seq"]],
      ["notes", "noteId"],
      ["outbox", ["noteId", "id"]],
    ]);
  });

  it("[S7] makes a change in one transaction over all that it touches", async () => {
    const writes = spyOnWrites();
    await new IdbStore("test").change(
      NOTE,
      { checkpoint: checkpointAt(4), rows: [rowAt(5)], addInFlight: [inFlight("a")], removeOutbox: [1], ctr: 2 },
      true,
    );
    expect(writes.map(([stores]) => stores)).toEqual(["log outbox in_flight counters checkpoints"]);
  });

  it("[S8] asks for strict durability for edits, ops in flight, counters, keys, notes and drafts", async () => {
    const writes = spyOnWrites();
    const store = new IdbStore("test");
    await store.change(NOTE, { addOutbox: edit(1) }, true);
    await store.change(NOTE, { addInFlight: [inFlight("a")], removeOutbox: [1], ctr: 1 }, true);
    await store.saveDevice(DEVICE);
    await store.saveNote(NOTE, { title: "a" });
    await store.addDraft(NOTE, { id: "d", text: "t", reason: "r", atMs: 1 });
    await store.addEvidence(NOTE, { atMs: 1, kind: "forked", bytes: Uint8Array.of(1) });
    expect(writes.map(([stores, durability]) => [stores.split(" ").length, durability])).toEqual([
      [5, "strict"],
      [5, "strict"],
      [1, "strict"],
      [1, "strict"],
      [1, "strict"],
      [1, "strict"],
    ]);
  });

  it("[S8] does not ask for it where the log can be had again", async () => {
    const writes = spyOnWrites();
    await new IdbStore("test").change(NOTE, { rows: [rowAt(1)], removeInFlight: ["a"] }, false);
    expect(writes.map(([, durability]) => durability)).toEqual([undefined]);
  });

  it("[S13] opens a dead handle anew, once, and loses nothing", async () => {
    const store = new IdbStore("test");
    await store.change(NOTE, { ctr: 4 }, true);
    const original = IDBDatabase.prototype.transaction;
    let deaths = 0;
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
      this: IDBDatabase,
      stores,
      mode,
      options,
    ) {
      if (deaths === 0) {
        deaths += 1;
        this.close();
      }
      return original.call(this, stores, mode, options);
    });
    expect((await store.load(NOTE)).ctr).toBe(4);
    expect(deaths).toBe(1);
  });

  it("[S13][S38] makes a change once, also where the handle died after it was kept and before that was known", async () => {
    const store = new IdbStore("test");
    await store.change(NOTE, { rows: [rowAt(1)] }, true);
    const original = IDBDatabase.prototype.transaction;
    let deaths = 0;
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, ...args) {
      const transaction = original.apply(this, args);
      if (args[1] !== "readwrite" || deaths++ > 0) return transaction;
      // The commit reaches the disk; the first who listens hears instead that the connection was lost.
      const listen = transaction.addEventListener.bind(transaction);
      const aborted: ((event: Event) => void)[] = [];
      transaction.addEventListener = (type: string, listener: (event: Event) => void) => {
        if (type === "abort") aborted.push(listener);
        if (type !== "complete" || aborted.length > 0) return listen(type, listener);
        listen(type, (event) => {
          const error = new DOMException("Connection to the database server lost", "UnknownError");
          Object.defineProperty(transaction, "error", { value: error });
          aborted[0]?.(event);
        });
      };
      return transaction;
    });
    const change = { rows: rowsFrom(2, 2), addOutbox: edit(1), addInFlight: [inFlight("a")], ctr: 4 };
    await store.change(NOTE, change, true);
    expect(deaths).toBe(2);
    expect(await store.load(NOTE)).toEqual({
      checkpoint: null,
      rows: rowsFrom(1, 3),
      outbox: [edit(1)],
      inFlight: [inFlight("a")],
      ctr: 4,
    });
  });

  it("[S13] passes on what fails for another reason", async () => {
    const store = new IdbStore("test");
    await store.notes();
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await expect(store.change(NOTE, { ctr: 1 }, true)).rejects.toThrow("full");
  });

  it.each<[string, (store: IDBObjectStore) => void]>([
    [
      "is refused",
      () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    ],
    [
      "ends the transaction",
      ({ transaction }) => {
        Object.defineProperty(transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
        transaction.abort();
      },
    ],
  ])("[S37] keeps nothing of a change whose k-th write %s, whichever k, and is whole after it", async (_how, fail) => {
    const store = new IdbStore("test");
    await store.change(NOTE, { rows: rowsFrom(1, 5), addOutbox: edit(1), addInFlight: [inFlight("a")], ctr: 1 }, true);
    const change = {
      dropRows: true,
      checkpoint: checkpointAt(6),
      rows: rowsFrom(7, 2),
      addOutbox: edit(2),
      removeOutbox: [1],
      addInFlight: [inFlight("b")],
      removeInFlight: ["a"],
      ctr: 2,
    };
    expect(await failingWrites(store, change, fail)).toBe(10);
    expect(await store.load(NOTE)).toEqual({
      checkpoint: checkpointAt(6),
      rows: rowsFrom(7, 2),
      outbox: [edit(2)],
      inFlight: [inFlight("b")],
      ctr: 2,
    });
    expect(await failingWrites(store, { checkpoint: checkpointAt(7), rows: rowsFrom(9, 1) }, fail)).toBe(5);
    expect(await store.load(NOTE)).toMatchObject({ checkpoint: checkpointAt(7), rows: rowsFrom(8, 2) });
  });

  it("[S2] takes rows of a log that continue it, all of them or none", async () => {
    const log = new IdbStore("test").logOf(NOTE);
    await log.append([rowAt(1), rowAt(2)]);
    for (const rows of [[rowAt(4)], [rowAt(2)], [rowAt(3), rowAt(5)]])
      await expect(Promise.resolve(log.append(rows))).rejects.toThrow(RangeError);
    expect(await log.lastSeq()).toBe(2);
    expect((await log.read(2, 5)).map(({ seq }) => seq)).toEqual([2]);
    expect(await log.read(3, 5)).toEqual([]);
  });

  it("[S1] gives rows back with the same columns, of one note", async () => {
    const store = new IdbStore("test");
    await store.logOf(NOTE).append([rowAt(1)]);
    expect(await store.logOf(NOTE).read(1, 1)).toMatchObject([rowAt(1)]);
    expect(await store.logOf(OTHER).lastSeq()).toBe(0);
  });
});

describe("the store of a window", () => {
  it("[S14] is the device's where that works, else memory", async () => {
    expect((await openStore()).keeps).toBe("device");
    vi.stubGlobal("indexedDB", {
      open: () => {
        throw new DOMException("refused", "SecurityError");
      },
    });
    expect((await openStore()).keeps).toBe("memory");
  });
});
