// Databases of earlier versions, made by hand as their programs made them, opened by the program of today.
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { noteIdOf } from "@reed/log";
import { openDB } from "idb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { DATABASE_VERSION } from "./idb-schema.ts";
import { IdbStore } from "./idb-store.ts";
import { openStore } from "./open-store.ts";
import { blankNote } from "./replica-store.ts";

const NOTES = [1, 2].map((byte) => noteIdOf(new Uint8Array(32).fill(byte)));
const [NOTE = noteIdOf(new Uint8Array(32)), OTHER = NOTE] = NOTES;

const row = (seq: number) => ({
  seq,
  recvUs: seq * 10,
  opId: new Uint8Array(32).fill(seq),
  chain: new Uint8Array(32).fill(seq + 1),
  envelope: Uint8Array.of(seq),
});
const update = (id: number) => Uint8Array.of(id & 0xff, 7);
const DRAFT = { id: "d", text: "lost", reason: "forbidden", atMs: 1 };
const DEVICE = {
  handle: new Uint8Array(32).fill(3),
  publicKey: new Uint8Array(32).fill(4),
  name: "Ana",
  color: "#123456",
  guest: { userId: "u", certificate: Uint8Array.of(5) },
  platformKey: new Uint8Array(32).fill(6),
};
const RECORD = {
  docId: new Uint8Array(32).fill(1),
  genesis: Uint8Array.of(1, 2),
  linkId: null,
  secret: null,
  role: "owner",
  title: "Tea",
  tasksDone: 1,
  tasksTotal: 2,
  openedAtMs: 3,
  hasUnsent: true,
} as const;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

/** `spoil`: puts something else among what waits to be sent. */
async function makeVersion1(spoil: unknown = null): Promise<void> {
  const database = await openDB("reed", 1, {
    upgrade(made) {
      made.createObjectStore("log", { keyPath: ["noteId", "seq"] });
      made.createObjectStore("outbox", { keyPath: ["noteId", "id"] });
      made.createObjectStore("in_flight", { keyPath: ["noteId", "key"] });
      made.createObjectStore("counters", { keyPath: "noteId" });
      made.createObjectStore("notes", { keyPath: "noteId" });
      made.createObjectStore("drafts", { keyPath: ["noteId", "id"] });
      made.createObjectStore("device");
    },
  });
  for (const noteId of NOTES) {
    for (const seq of [1, 2, 3]) await database.put("log", { noteId, ...row(seq) });
    for (const id of [-2, -1, 4, 5, 6]) await database.put("outbox", { noteId, id, update: update(id) });
    for (const key of ["aa", "bb"]) await database.put("in_flight", { noteId, key, envelope: Uint8Array.of(8) });
    await database.put("counters", { noteId, ctr: 17 });
    await database.put("notes", { noteId, ...RECORD });
    await database.put("drafts", { noteId, ...DRAFT });
  }
  if (spoil !== null) await database.put("outbox", spoil);
  await database.put("device", DEVICE, "self");
  database.close();
}

describe("a database of version 1", () => {
  it("[S40] has after the migration all that it had, with what waits for the text named so", async () => {
    await makeVersion1();
    for (const store of [new IdbStore(), new IdbStore()]) {
      for (const noteId of NOTES) {
        expect(await store.load(noteId)).toEqual({
          checkpoint: null,
          rows: [1, 2, 3].map(row),
          outbox: [-2, -1, 4, 5, 6].map((id) => ({ id, bucket: "text", payload: update(id) })),
          inFlight: ["aa", "bb"].map((key) => ({ key, envelope: Uint8Array.of(8) })),
          ctr: 17,
        });
        expect(await store.note(noteId)).toEqual({ ...blankNote(noteId), ...RECORD });
        expect(await store.drafts(noteId)).toEqual([DRAFT]);
        expect(await store.evidence(noteId)).toEqual([]);
      }
      expect(await store.device()).toEqual(DEVICE);
      await store.close();
    }
  });

  it("[S40] goes on as one of today: rows after its rows, a checkpoint in their place", async () => {
    await makeVersion1();
    const store = new IdbStore();
    await store.change(NOTE, { rows: [row(4)], removeOutbox: [-2] }, true);
    const checkpoint = { at: { seq: 3, chain: row(3).chain }, ledger: Uint8Array.of(1), document: Uint8Array.of(2) };
    await store.change(NOTE, { checkpoint }, true);
    const stored = await store.load(NOTE);
    expect(stored).toMatchObject({ checkpoint, rows: [row(4)] });
    expect(stored.outbox.map(({ id }) => id)).toEqual([-1, 4, 5, 6]);
    expect((await store.load(OTHER)).rows).toHaveLength(3);
  });

  it("[S40] is left as it was where it can't be migrated whole, and the window goes on in memory", async () => {
    await makeVersion1({ noteId: OTHER, id: 9, update: "not bytes" });
    expect((await openStore()).keeps).toBe("memory");
    const database = await openDB("reed");
    expect([database.version, [...database.objectStoreNames].length]).toEqual([1, 7]);
    expect(await database.get("outbox", [NOTE, 4])).toEqual({ noteId: NOTE, id: 4, update: update(4) });
    database.close();
  });

  it("[S40] waits until a tab of that version has let go of it", async () => {
    await makeVersion1();
    const tab = await openDB("reed", 1, { blocking: (_current, _blocked, event) => closeTarget(event) });
    await tab.put("outbox", { noteId: NOTE, id: 7, update: update(7) });
    const { outbox } = await new IdbStore().load(NOTE);
    expect(outbox.at(-1)).toEqual({ id: 7, bucket: "text", payload: update(7) });
  });
});

describe("a database of version 2", () => {
  const makeVersion2 = async (spoil: unknown = null): Promise<void> => {
    const database = await openDB("reed", 2, {
      upgrade(made) {
        for (const store of ["log", "checkpoints"]) made.createObjectStore(store, { keyPath: ["noteId", "seq"] });
        for (const store of ["outbox", "drafts", "evidence"])
          made.createObjectStore(store, { keyPath: ["noteId", "id"] });
        made.createObjectStore("in_flight", { keyPath: ["noteId", "key"] });
        for (const store of ["counters", "notes"]) made.createObjectStore(store, { keyPath: "noteId" });
        made.createObjectStore("device");
      },
    });
    await database.put("checkpoints", { noteId: NOTE, ...CHECKPOINT.at, ledger: LEDGER, document: DOCUMENT });
    for (const seq of [4, 5]) await database.put("log", { noteId: NOTE, ...row(seq) });
    for (const seq of [1, 2]) await database.put("log", { noteId: OTHER, ...row(seq) });
    if (spoil !== null) await database.put("log", spoil);
    await database.put("outbox", { noteId: NOTE, id: 1, bucket: "meta", payload: update(1) });
    database.close();
  };
  const [LEDGER, DOCUMENT] = [Uint8Array.of(1), Uint8Array.of(2)];
  const CHECKPOINT = { at: { seq: 3, chain: row(3).chain }, ledger: LEDGER, document: DOCUMENT };

  it("[S40] has its rows, and takes those that follow, and a checkpoint in their place", async () => {
    await makeVersion2();
    const store = new IdbStore();
    expect(await store.load(NOTE)).toEqual({
      checkpoint: CHECKPOINT,
      rows: [4, 5].map(row),
      outbox: [{ id: 1, bucket: "meta", payload: update(1) }],
      inFlight: [],
      ctr: 0,
    });
    await store.change(NOTE, { rows: [row(6), row(7), row(8)] }, true);
    await store.change(NOTE, { checkpoint: { ...CHECKPOINT, at: { seq: 7, chain: row(7).chain } } }, true);
    expect((await store.load(NOTE)).rows).toEqual([row(8)]);
    expect((await store.load(OTHER)).rows).toEqual([1, 2].map(row));
  });

  it("[S40] is left as it was where a row can't be read", async () => {
    await makeVersion2({ noteId: OTHER, seq: 3, envelope: "not bytes" });
    expect((await openStore()).keeps).toBe("memory");
    const database = await openDB("reed");
    expect([database.version, await database.get("log", [NOTE, 4])]).toEqual([2, { noteId: NOTE, ...row(4) }]);
    database.close();
  });
});

describe("a database of a later version", () => {
  it("[S40] is not touched: the window goes on in memory", async () => {
    (await openDB("reed", DATABASE_VERSION + 1)).close();
    expect((await openStore()).keeps).toBe("memory");
  });
});

function closeTarget({ target }: IDBVersionChangeEvent): void {
  if (target instanceof IDBDatabase) target.close();
}
