// What two tabs of one device tell each other about a note, and what is left of it when the one that leads is gone.
import "fake-indexeddb/auto";
import { META_BUCKET, noteIdOf, TEXT_BUCKET } from "@reed/log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { Bench } from "../engine/bench.test-support.ts";
import { UNKNOWN_FACTS } from "../engine/save-state.ts";
import type { NoteReplica } from "../note-replica.ts";
import { openReplica, pause, playLocks } from "../note-replica.test-support.ts";
import { IdbStore } from "../store/idb-store.ts";
import { MemoryStore } from "../store/memory-store.ts";
import type { ReplicaStore } from "../store/replica-store.ts";
import { TabChannel, type TabMessage } from "./channel.ts";
import { TabEdits } from "./tab-edits.ts";

let locks: ReturnType<typeof playLocks>;
let left: (() => void)[] = [];

beforeEach(() => {
  locks = playLocks();
});

afterEach(() => {
  for (const leave of left) leave();
  left = [];
  vi.unstubAllGlobals();
});

/** A leader that is played by hand: what it has is told, and it keeps nothing. */
class PlayedLeader {
  readonly doc = new Y.Doc();
  readonly heard: TabMessage[] = [];
  readonly channel: TabChannel;
  #nextId = 1;

  constructor(noteId: string) {
    this.channel = new TabChannel(noteId, (message) => this.heard.push(message));
    left.push(() => this.channel.close());
  }

  get edits() {
    return this.heard.filter((message) => message.type === "edit");
  }

  tellState(epoch = "first"): void {
    this.channel.post({ type: "state", to: null, update: Y.encodeStateAsUpdate(this.doc), epoch });
  }

  /** Writes, and dies before it is on the disk. */
  type(text: string): void {
    this.doc.once("update", (update: Uint8Array) =>
      this.channel.post({ type: "edit", from: "leader", id: this.#nextId++, update, epoch: "first" }),
    );
    this.doc.getText("text").insert(0, text);
  }
}

async function openTab(store: ReplicaStore, bench: Bench): Promise<NoteReplica> {
  const note = await openReplica(bench, { store, sharesDevice: true });
  left.push(() => note.close());
  await pause(5);
  return note;
}

async function begin() {
  const bench = await Bench.ready();
  const store = new MemoryStore();
  const leader = new PlayedLeader(noteIdOf(bench.genesis.opId));
  const note = await openTab(store, bench);
  return { bench, store, leader, note };
}

const textOfUpdates = (updates: readonly Uint8Array[]): string => {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText("text").toString();
};

const outboxOf = async (store: ReplicaStore, { noteId }: NoteReplica, bucket: string) => {
  const { outbox } = await store.load(noteId);
  return outbox.filter((entry) => entry.bucket === bucket).map(({ payload }) => payload);
};

describe("a tab that takes the lead", () => {
  it("[S46] hands over what this device's tabs wrote, deletions too, and no word of others that the last one had not stored", async () => {
    const { leader, note, store } = await begin();
    const peer = new Y.Doc();
    peer.getText("text").insert(0, "by others ");
    leader.tellState();
    leader.channel.post({ type: "updates", updates: [Y.encodeStateAsUpdate(peer)] });
    await vi.waitFor(() => expect(note.text.toString()).toBe("by others "));
    note.text.insert(note.text.length, "mine");
    note.text.delete(0, 3);
    leader.type("dying ");
    await vi.waitFor(() => expect(note.text.length).toBe("others mine".length + "by dying ".length - 3));
    locks.give();
    const handed = await vi.waitFor(async () => {
      const payloads = await outboxOf(store, note, TEXT_BUCKET);
      expect(payloads).toHaveLength(3);
      return payloads;
    });
    const clients = handed.flatMap((update) => [...Y.parseUpdateMeta(update).to.keys()]);
    expect(new Set(clients)).toEqual(new Set([note.text.doc?.clientID, leader.doc.clientID]));
    expect(textOfUpdates([Y.encodeStateAsUpdate(peer), ...handed])).toBe(note.text.toString());
  });

  it("hands over nothing twice, also where the last one stored it and died before it said so", async () => {
    const { leader, note, store } = await begin();
    leader.tellState();
    await vi.waitFor(() => expect(note.status().isLoaded).toBe(true));
    note.text.insert(0, "once");
    const [edit] = await vi.waitFor(() => {
      expect(leader.edits).toHaveLength(1);
      return leader.edits;
    });
    const payload = edit?.update ?? new Uint8Array();
    await store.change(note.noteId, { addOutbox: { id: 1, bucket: TEXT_BUCKET, payload } });
    locks.give();
    await pause(30);
    expect(await outboxOf(store, note, TEXT_BUCKET)).toEqual([payload]);
    expect(note.text.toString()).toBe("once");
  });
});

describe("settings that are written where another tab leads, or none", () => {
  it("wait for a leader, are counted until one has kept them, and are shown meanwhile", async () => {
    const { leader, note, store } = await begin();
    leader.tellState();
    leader.channel.post({
      type: "facts",
      facts: { ...UNKNOWN_FACTS, isOnServer: true, link: "live" },
      peers: new Map(),
    });
    await vi.waitFor(() => expect(note.status().save).toBe("Saved"));
    note.set({ locked: true });
    expect([note.settings().locked, note.status().save]).toEqual([true, "Saving…"]);
    locks.give();
    await vi.waitFor(async () => expect(await outboxOf(store, note, META_BUCKET)).toHaveLength(1));
    expect(note.settings().locked).toBe(true);
  });

  it("are handed over by a tab that nobody leads yet", async () => {
    const bench = await Bench.ready();
    const store = new MemoryStore();
    const note = await openReplica(bench, { store });
    note.set({ locked: true });
    note.text.insert(0, "kept");
    await vi.waitFor(async () => expect(await outboxOf(store, note, META_BUCKET)).toHaveLength(1));
    expect(await outboxOf(store, note, TEXT_BUCKET)).toHaveLength(1);
    note.close();
  });
});

describe("a tab that leads", () => {
  it("[S46] takes each edit of another tab once, and none that was made in a document that is no more", async () => {
    const bench = await Bench.ready();
    const store = new MemoryStore();
    const note = await openTab(store, bench);
    locks.give();
    const other = new PlayedLeader(note.noteId);
    other.channel.post({ type: "join", from: "other" });
    const state = await vi.waitFor(() => other.heard.find((message) => message.type === "state") ?? expect.fail());
    const send = (id: number, text: string, epoch = state.epoch): void => {
      other.doc.once("update", (update: Uint8Array) => {
        for (const again of [id, id]) other.channel.post({ type: "edit", from: "other", id: again, update, epoch });
      });
      other.doc.getText("text").insert(other.doc.getText("text").length, text);
    };
    send(1, "once");
    await vi.waitFor(() => expect(other.heard).toContainEqual({ type: "kept", to: "other", id: 1 }));
    send(2, " lost", "an earlier one");
    await pause(20);
    expect(note.text.toString()).toBe("once");
    expect(await outboxOf(store, note, TEXT_BUCKET)).toHaveLength(1);
  });

  it("says of an edit that its device would not keep that it is kept once the server has it", () => {
    const said: TabMessage[] = [];
    const edits = new TabEdits((message) => said.push(message));
    const update = Uint8Array.of(0, 0);
    const edit = edits.heard({ type: "edit", from: "other", id: 4, update });
    if (edit !== null) edits.take(9, edit);
    edits.allSent();
    expect(said).toEqual([{ type: "kept", to: "other", id: 4 }]);
    expect(edits.all).toEqual([]);
  });
});

describe("a follower", () => {
  it("[S46] keeps through a new document what the leader had not heard of", async () => {
    const { leader, note } = await begin();
    leader.doc.getText("text").insert(0, "Refused.");
    leader.tellState();
    await vi.waitFor(() => expect(note.text.toString()).toBe("Refused."));
    note.text.insert(note.text.length, " Mine.");
    const next = new Y.Doc();
    next.getText("text").insert(0, "Kept.");
    const update = Y.encodeStateAsUpdate(next);
    leader.channel.post({ type: "rebuild", was: "Refused.", update, epoch: "second" });
    await vi.waitFor(() => expect(note.text.toString()).toBe("Kept. Mine."));
    await vi.waitFor(() => expect(leader.edits.map(({ epoch }) => epoch)).toEqual(["first", "second"]));
    expect(textOfUpdates([update, leader.edits.at(-1)?.update ?? new Uint8Array()])).toBe("Kept. Mine.");
    expect(note.status().save).toBe("Saving…");
  });

  it("is not told that an edit is kept which the device would not keep, and is told that the device keeps nothing", async () => {
    const bench = await Bench.ready();
    const store = new IdbStore("full for tabs");
    const first = await openTab(store, bench);
    locks.give();
    await vi.waitFor(() => expect(first.status().isLoaded).toBe(true));
    const heard = new PlayedLeader(first.noteId).heard;
    const second = await openTab(store, bench);
    await vi.waitFor(() => expect(second.status().isLoaded).toBe(true));
    second.text.insert(0, "kept");
    await vi.waitFor(() => expect(heard.filter(({ type }) => type === "kept")).toHaveLength(1));
    await vi.waitFor(() =>
      expect([second.status().save, second.status().keeps]).toEqual(["Saved on this device", "device"]),
    );
    vi.spyOn(store, "change").mockRejectedValue(new DOMException("full", "QuotaExceededError"));
    second.text.insert(0, "not ");
    await vi.waitFor(() => expect(first.text.toString()).toBe("not kept"));
    await vi.waitFor(() => expect(second.status().keeps).toBe("memory"));
    await pause(20);
    expect(heard.filter(({ type }) => type === "kept")).toHaveLength(1);
    expect(heard.findLast((message) => message.type === "facts")?.keeps).toBe("memory");
    expect(second.status().save).toBe("Offline");
  });
});
