// What the tab that leads does for its engine.
import { noteIdOf, TEXT_BUCKET } from "@reed/log";
import { describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { Bench, textBy } from "./engine/bench.test-support.ts";
import type { Entrance } from "./entrance.ts";
import { Identity } from "./identity.ts";
import { type LeaderEvents, NoteLeader } from "./note-leader.ts";
import { UNREACHED } from "./unreached.test-support.ts";
import { MemoryStore } from "./store/memory-store.ts";
import { verifyHere } from "./verifier/batch.ts";

const unreached = (): Promise<never> => Promise.reject(new Error("no network"));
const ENTRANCE: Entrance = {
  enter: unreached,
  snapshot: unreached,
  state: unreached,
  text: unreached,
  chainAt: unreached,
};
const nothing = (): void => undefined;
const EVENTS: LeaderEvents = {
  onUpdates: nothing,
  onSnapshot: nothing,
  onRebase: () => null,
  onHash: () => new Uint8Array(32),
  onBuckets: nothing,
  onRefused: nothing,
  onPeers: nothing,
  onStatus: nothing,
  onStored: nothing,
  onRebuild: nothing,
  onStoreFailed: nothing,
};

async function openLeader(bench: Bench, store: MemoryStore, entrance = ENTRANCE, events = EVENTS): Promise<NoteLeader> {
  const docId = bench.genesis.opId;
  const identity = await Identity.open(store, UNREACHED);
  const ports = { store, identity, restMs: () => 0, verifyOps: verifyHere, onNetwork: () => nothing };
  return NoteLeader.open({ noteId: noteIdOf(docId), docId, role: "editor" }, entrance, ports, events);
}

describe("the tab that leads", () => {
  it("[S41] tells its engine where the store lacks what a checkpoint would fold, so that it is asked again", async () => {
    const bench = await Bench.ready();
    const doc = new Y.Doc();
    while (bench.rows.length < 500) await bench.gateway("data", textBy(doc, "x"));
    const store = new MemoryStore();
    await store.change(noteIdOf(bench.genesis.opId), { rows: bench.rows });
    const leader = await openLeader(bench, store);
    const stored = await store.load(noteIdOf(bench.genesis.opId));
    vi.spyOn(store, "load").mockResolvedValue({ ...stored, rows: stored.rows.slice(0, -1) });
    const step = vi.spyOn(leader, "step");
    leader.flush();
    await vi.waitFor(() =>
      expect(step).toHaveBeenCalledWith(expect.objectContaining({ type: "checkpoint_made", document: null })),
    );
    await leader.close();
  });

  it("asks one question for the server's state at a time", async () => {
    const answer = Promise.withResolvers<never>();
    const state = vi.fn<Entrance["state"]>(() => answer.promise);
    const leader = await openLeader(await Bench.ready(), new MemoryStore(), { ...ENTRANCE, state });
    leader.compare();
    leader.compare();
    expect(state).toHaveBeenCalledTimes(1);
    answer.reject(new Error("no network"));
    await vi.waitFor(() => {
      leader.compare();
      expect(state).toHaveBeenCalledTimes(2);
    });
    await leader.close();
  });

  it("says that an edit is stored when it is, and not when the store would not have it", async () => {
    const store = new MemoryStore();
    const said: string[] = [];
    const leader = await openLeader(await Bench.ready(), store, ENTRANCE, {
      ...EVENTS,
      onStored: (id) => said.push(`stored ${id}`),
      onStoreFailed: () => said.push("failed"),
    });
    leader.write(TEXT_BUCKET, Uint8Array.of(0, 0));
    await vi.waitFor(() => expect(said).toEqual(["stored 1"]));
    vi.spyOn(store, "change").mockRejectedValue(new DOMException("full", "QuotaExceededError"));
    leader.write(TEXT_BUCKET, Uint8Array.of(0, 0));
    await vi.waitFor(() => expect(said).toEqual(["stored 1", "failed"]));
    expect(leader.facts.unstored).toBe(0);
    await leader.close();
    expect(said).toEqual(["stored 1", "failed"]);
  });
});
