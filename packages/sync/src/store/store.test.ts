// The device's store, in IndexedDB and in memory (docs/spec/storage.md).
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { type LogRow, noteIdOf } from "@reed/log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DATABASE_VERSION } from "./idb-schema.ts";
import { IdbStore } from "./idb-store.ts";
import { MemoryStore } from "./memory-store.ts";
import { openStore } from "./open-store.ts";
import type { DeviceRecord, ReplicaStore } from "./replica-store.ts";

const NOTE = noteIdOf(new Uint8Array(32).fill(1));
const OTHER = noteIdOf(new Uint8Array(32).fill(2));
const DEVICE: DeviceRecord = {
  handle: new Uint8Array(32).fill(3),
  publicKey: new Uint8Array(32).fill(4),
  name: "Ana",
  color: "#123456",
  guest: null,
  platformKey: null,
};

const rowAt = (seq: number): LogRow => ({
  seq,
  recvUs: seq * 10,
  opId: new Uint8Array(32).fill(seq),
  chain: new Uint8Array(32).fill(seq + 1),
  envelope: Uint8Array.of(seq),
});
const inFlight = (key: string) => ({ key, envelope: Uint8Array.of(9) });

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

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

describe.each<[string, () => ReplicaStore]>([
  ["IndexedDB", () => new IdbStore("test")],
  ["memory", () => new MemoryStore()],
])("a store in %s", (_name, open) => {
  it("[S7] starts with nothing", async () => {
    const store = open();
    expect(await store.load(NOTE)).toEqual({ rows: [], outbox: [], inFlight: [], ctr: 0 });
    expect([await store.device(), await store.notes(), await store.note(NOTE), await store.drafts(NOTE)]).toEqual([
      null,
      [],
      null,
      [],
    ]);
  });

  it("[S7] keeps all parts of a change, of one note, and edits by their number", async () => {
    const store = open();
    const update = Uint8Array.of(1);
    await store.change(NOTE, { addOutbox: { id: 2, update } }, true);
    await store.change(NOTE, { addOutbox: { id: -1, update } }, true);
    await store.change(NOTE, { rows: [rowAt(1), rowAt(2)], addInFlight: [inFlight("a"), inFlight("b")], ctr: 5 }, true);
    await store.change(OTHER, { addOutbox: { id: 7, update }, ctr: 1 }, true);
    const stored = await store.load(NOTE);
    expect(stored.rows.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(stored.rows[0]).toMatchObject(rowAt(1));
    expect(stored.outbox.map(({ id }) => id)).toEqual([-1, 2]);
    expect(stored.inFlight.map(({ key }) => key)).toEqual(["a", "b"]);
    await store.change(NOTE, { removeOutbox: [2], removeInFlight: ["a"] }, false);
    const later = await store.load(NOTE);
    expect([later.outbox.map(({ id }) => id), later.inFlight.map(({ key }) => key)]).toEqual([[-1], ["b"]]);
    expect((await store.load(OTHER)).outbox).toHaveLength(1);
  });

  it("[S9] never lets a counter go down", async () => {
    const store = open();
    await store.change(NOTE, { ctr: 7 }, true);
    await store.change(NOTE, { ctr: 3 }, true);
    expect((await store.load(NOTE)).ctr).toBe(7);
  });

  it("[S14] keeps the device, records of notes and drafts", async () => {
    const store = open();
    await store.saveDevice(DEVICE);
    await store.saveNote(NOTE, { title: "a", role: "editor" });
    await store.saveNote(NOTE, { title: "b" });
    await store.addDraft(NOTE, { id: "d", text: "lost", reason: "forbidden", atMs: 1 });
    expect(await store.device()).toEqual(DEVICE);
    expect(await store.note(NOTE)).toMatchObject({ noteId: NOTE, title: "b", role: "editor", docId: null });
    expect(await store.notes()).toHaveLength(1);
    expect(await store.drafts(NOTE)).toMatchObject([{ id: "d", text: "lost" }]);
    await store.removeDraft(NOTE, "d");
    expect(await store.drafts(NOTE)).toEqual([]);
  });
});

describe("the store in IndexedDB", () => {
  it("[S6] has version 1 and seven stores with their keys", async () => {
    await new IdbStore("test").notes();
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("test");
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error ?? new Error("no database")));
    });
    expect([database.version, DATABASE_VERSION]).toEqual([1, 1]);
    const names = [...database.objectStoreNames];
    expect(names.map((name) => [name, database.transaction(name).objectStore(name).keyPath])).toEqual([
      ["counters", "noteId"],
      ["device", null],
      ["drafts", ["noteId", "id"]],
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
      { rows: [rowAt(1)], addInFlight: [inFlight("a")], removeOutbox: [1], ctr: 2 },
      true,
    );
    expect(writes.map(([stores]) => stores)).toEqual(["log outbox in_flight counters"]);
  });

  it("[S8] asks for strict durability for edits, ops in flight, counters, keys, notes and drafts", async () => {
    const writes = spyOnWrites();
    const store = new IdbStore("test");
    await store.change(NOTE, { addOutbox: { id: 1, update: Uint8Array.of(1) } }, true);
    await store.change(NOTE, { addInFlight: [inFlight("a")], removeOutbox: [1], ctr: 1 }, true);
    await store.saveDevice(DEVICE);
    await store.saveNote(NOTE, { title: "a" });
    await store.addDraft(NOTE, { id: "d", text: "t", reason: "r", atMs: 1 });
    expect(writes.map(([stores, durability]) => [stores.split(" ").length, durability])).toEqual([
      [4, "strict"],
      [4, "strict"],
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

  it("[S13] passes on what fails for another reason", async () => {
    const store = new IdbStore("test");
    await store.notes();
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await expect(store.change(NOTE, { ctr: 1 }, true)).rejects.toThrow("full");
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
