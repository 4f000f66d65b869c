// What every store of a device promises, as one suite over all of them (docs/spec/storage.md).
import "fake-indexeddb/auto";
import { afterEach, describe, expect, it } from "vitest";
import type { StoreChange } from "../engine/effect.ts";
import { IdbStore } from "./idb-store.ts";
import { MemoryStore } from "./memory-store.ts";
import type { ReplicaStore } from "./replica-store.ts";
import { checkpointAt, DEVICE, edit, evidence, inFlight, NOTE, OTHER, rowAt, rowsFrom } from "./store.test-support.ts";

interface OpenedStore {
  readonly store: ReplicaStore;
  /** The same store after it was closed and opened anew; itself where nothing outlives it. */
  readonly reopen: () => Promise<ReplicaStore>;
  readonly close: () => Promise<void>;
}

let opened = 0;

function openIdb(): OpenedStore {
  const name = `contract-${(opened += 1)}`;
  let store = new IdbStore(name);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = new IdbStore(name);
      return store;
    },
    close: () => store.close(),
  };
}

function openMemory(): OpenedStore {
  const store = new MemoryStore();
  return { store, reopen: async () => store, close: async () => undefined };
}

describe.each<[string, () => OpenedStore]>([
  ["IndexedDB", openIdb],
  ["memory", openMemory],
])("a store in %s", (_name, open) => {
  let current: OpenedStore | null = null;
  const start = (): OpenedStore => (current = open());

  /** A store in which `changes` were made, and what it keeps, which is the same when it was closed and opened. */
  const after = async (...changes: readonly StoreChange[]) => {
    const { store, reopen } = start();
    for (const change of changes) await store.change(NOTE, change, true);
    const kept = await store.load(NOTE);
    const again = await reopen();
    expect(await again.load(NOTE)).toEqual(kept);
    return { store: again, kept };
  };

  const expectRefused = async (store: ReplicaStore, change: StoreChange): Promise<void> => {
    const before = await store.load(NOTE);
    const all = { ...change, addOutbox: edit(99), addInFlight: [inFlight("never")], ctr: 99 };
    await expect(store.change(NOTE, all, true)).rejects.toThrow(RangeError);
    expect(await store.load(NOTE)).toEqual(before);
  };

  afterEach(async () => {
    await current?.close();
    current = null;
  });

  it("[S7] starts with nothing", async () => {
    const { store } = start();
    expect(await store.load(NOTE)).toEqual({ checkpoint: null, rows: [], outbox: [], inFlight: [], ctr: 0 });
    expect([await store.device(), await store.note(NOTE)]).toEqual([null, null]);
    expect([await store.notes(), await store.drafts(NOTE), await store.evidence(NOTE)]).toEqual([[], [], []]);
  });

  it("[S43] knows the notes of which something waits", async () => {
    const { store } = await after({ rows: rowsFrom(1, 2), addOutbox: edit(2) });
    await store.change(OTHER, { addInFlight: [inFlight("a")], ctr: 1 }, true);
    expect(await store.waiting()).toEqual(new Set([NOTE, OTHER]));
    await store.change(OTHER, { removeInFlight: ["a"] }, true);
    await store.change(NOTE, { removeOutbox: [2], addInFlight: [inFlight("b")] }, true);
    expect(await store.waiting()).toEqual(new Set([NOTE]));
    await store.change(NOTE, { removeInFlight: ["b"] }, true);
    expect(await store.waiting()).toEqual(new Set());
  });

  it("[S7] has nothing of a note that was taken off it, and all of the others", async () => {
    const { store } = await after({ rows: rowsFrom(1, 2), addOutbox: edit(2), addInFlight: [inFlight("a")], ctr: 5 });
    await store.saveNote(NOTE, { title: "Taken off" });
    await store.addEvidence(NOTE, evidence(1));
    await store.change(OTHER, { rows: rowsFrom(1, 3), ctr: 7 }, true);
    const other = await store.load(OTHER);
    await store.removeNote(NOTE);
    expect(await store.load(NOTE)).toEqual({ checkpoint: null, rows: [], outbox: [], inFlight: [], ctr: 0 });
    expect([await store.note(NOTE), await store.evidence(NOTE)]).toEqual([null, []]);
    expect(await store.load(OTHER)).toEqual(other);
  });

  it("[S7] keeps all parts of a change, of one note, and edits by their number", async () => {
    const { store, kept } = await after(
      { addOutbox: edit(2) },
      { addOutbox: edit(-1, "meta") },
      { rows: rowsFrom(1, 2), addInFlight: [inFlight("a"), inFlight("b")], ctr: 5 },
    );
    expect(kept).toEqual({
      checkpoint: null,
      rows: rowsFrom(1, 2),
      outbox: [edit(-1, "meta"), edit(2)],
      inFlight: [inFlight("a"), inFlight("b")],
      ctr: 5,
    });
    await store.change(OTHER, { addOutbox: edit(7), ctr: 1 }, true);
    await store.change(NOTE, { removeOutbox: [2], removeInFlight: ["a"] }, false);
    expect(await store.load(NOTE)).toEqual({ ...kept, outbox: [edit(-1, "meta")], inFlight: [inFlight("b")] });
    expect((await store.load(OTHER)).outbox).toEqual([edit(7)]);
  });

  it("[S9] never lets a counter go down", async () => {
    expect((await after({ ctr: 7 }, { ctr: 3 })).kept.ctr).toBe(7);
  });

  it("[S35][S36] puts a checkpoint in the place of the last one and of the rows up to it", async () => {
    const { store, kept } = await after({ rows: rowsFrom(1, 5) }, { checkpoint: checkpointAt(3) });
    expect(kept).toMatchObject({ checkpoint: checkpointAt(3), rows: rowsFrom(4, 2) });
    await store.change(NOTE, { checkpoint: checkpointAt(5) }, false);
    expect(await store.load(NOTE)).toMatchObject({ checkpoint: checkpointAt(5), rows: [] });
    expect((await store.load(OTHER)).checkpoint).toBeNull();
  });

  it("[S36] goes on from a checkpoint that lies beyond all rows, and from the rows after one", async () => {
    const { store, kept } = await after(
      { rows: rowsFrom(1, 2) },
      { checkpoint: checkpointAt(100), rows: [rowAt(101)] },
      { rows: [rowAt(102)] },
    );
    expect(kept).toMatchObject({ checkpoint: checkpointAt(100), rows: rowsFrom(101, 2) });
    await expectRefused(store, { rows: [rowAt(101)] });
    await store.change(NOTE, { rows: [rowAt(103)] }, false);
  });

  it("[S36] drops every row first where asked to, and then takes an older checkpoint or goes on from its own", async () => {
    const { store, kept } = await after(
      { rows: rowsFrom(1, 6) },
      { checkpoint: checkpointAt(4) },
      { dropRows: true, checkpoint: checkpointAt(2), rows: [rowAt(3)] },
    );
    expect(kept).toMatchObject({ checkpoint: checkpointAt(2), rows: [rowAt(3)] });
    await store.change(NOTE, { dropRows: true }, true);
    expect(await store.load(NOTE)).toMatchObject({ checkpoint: checkpointAt(2), rows: [] });
    await store.change(NOTE, { rows: [rowAt(3)] }, true);
    expect((await store.load(NOTE)).rows).toEqual([rowAt(3)]);
  });

  it.each<[string, StoreChange]>([
    ["a gap before them", { rows: [rowAt(8)] }],
    ["a gap among them", { rows: [rowAt(7), rowAt(9)] }],
    ["a position that is taken", { rows: [rowAt(6), rowAt(7)] }],
    ["a position that the checkpoint covers", { rows: [rowAt(3)] }],
    ["rows that run backwards", { rows: [rowAt(8), rowAt(7)] }],
    ["a checkpoint that leaves a gap before the rows that stay", { checkpoint: checkpointAt(2) }],
    ["rows that do not follow the checkpoint beside them", { checkpoint: checkpointAt(9), rows: [rowAt(9)] }],
    ["rows that do not begin anew where all were dropped", { dropRows: true, rows: [rowAt(7)] }],
  ])("[S36] refuses %s, and keeps nothing of the change", async (_what, change) => {
    const { store } = await after({ rows: rowsFrom(1, 6) }, { checkpoint: checkpointAt(4) });
    await expectRefused(store, change);
    await store.change(NOTE, { rows: [rowAt(7)] }, true);
    expect((await store.load(NOTE)).rows).toEqual(rowsFrom(5, 3));
  });

  it("[S39] keeps the newest four pieces of evidence of a note, oldest first, whatever the clock does", async () => {
    const { store, reopen } = start();
    for (const atMs of [5, 1, 9, 2, 4, 3]) await store.addEvidence(NOTE, evidence(atMs));
    await store.addEvidence(OTHER, evidence(7));
    const again = await reopen();
    expect(await again.evidence(NOTE)).toEqual([9, 2, 4, 3].map(evidence));
    expect(await again.evidence(OTHER)).toEqual([evidence(7)]);
  });

  it("[S14] keeps the device, records of notes and drafts", async () => {
    const { store, reopen } = start();
    await store.saveDevice(DEVICE);
    await store.saveNote(NOTE, { title: "a", role: "editor" });
    await store.saveNote(NOTE, { title: "b" });
    const [late, early] = [2, 1].map((atMs) => ({ id: `d${9 - atMs}`, text: "lost", reason: "forbidden", atMs }));
    if (late !== undefined) await store.addDraft(NOTE, late);
    if (early !== undefined) await store.addDraft(NOTE, early);
    const again = await reopen();
    expect(await again.device()).toEqual(DEVICE);
    expect(await again.note(NOTE)).toMatchObject({ noteId: NOTE, title: "b", role: "editor", docId: null });
    expect(await again.notes()).toHaveLength(1);
    expect(await again.drafts(NOTE)).toEqual([early, late]);
    await again.removeDraft(NOTE, "d8");
    expect(await again.drafts(NOTE)).toEqual([late]);
  });
});
