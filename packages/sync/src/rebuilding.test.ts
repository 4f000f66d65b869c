// A note that is opened anew from its log while its person types on.
import { decodeOp, noteIdOf } from "@reed/log";
import { sha256 } from "@reed/crypto";
import { decodeUp } from "@reed/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bench } from "./engine/bench.test-support.ts";
import type { NoteReplica } from "./note-replica.ts";
import { openReplica, pause, PlayedSocket, playLocks, SlowStore, TICKETED } from "./note-replica.test-support.ts";

beforeEach(() => {
  PlayedSocket.all = [];
  vi.stubGlobal("WebSocket", PlayedSocket);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Types a letter every 2 ms into whatever text there is. */
async function typeOn(note: NoteReplica, letters: string): Promise<void> {
  for (const letter of letters) {
    note.text.insert(note.text.length, letter);
    await pause(2);
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

async function openLive(store: SlowStore) {
  const bench = await Bench.ready();
  const note = await openReplica(bench, { store, server: TICKETED });
  const socket = await PlayedSocket.greeted();
  socket.welcome(bench);
  await vi.waitFor(() => expect(note.status().role).toBe("editor"));
  await vi.waitFor(async () =>
    expect((await store.load(noteIdOf(bench.genesis.opId))).rows).toHaveLength(bench.rows.length),
  );
  return { bench, note, socket, store };
}

describe("a note that is opened anew from its log", () => {
  it("[W95] has every key that was pressed meanwhile", async () => {
    const { bench, note, socket, store } = await openLive(new SlowStore(10));
    socket.say({ type: "snapshot_new", at: bench.server.head, stateHash: new Uint8Array(32) });
    await Promise.resolve();
    await typeOn(note, LETTERS);
    await vi.waitFor(() => expect(note.status().save).not.toBe("Saving…"));
    expect(note.text.toString()).toBe(LETTERS);
    expect(await store.evidence(noteIdOf(bench.genesis.opId))).toHaveLength(1);
    note.close();
  });

  it("[W35] has every key that was pressed since something was refused, and that as a draft", async () => {
    const { note, store } = await openLive(new SlowStore(10));
    note.text.insert(0, "Refused.");
    note.flush();
    const refused = await vi.waitFor(() => {
      const ops = PlayedSocket.all
        .flatMap(({ sent }) => sent.map((frame) => decodeUp(new Uint8Array(frame))))
        .flatMap((message) => (message?.type === "ops" ? message.envelopes : []))
        .map((envelope) => decodeOp(envelope, sha256))
        .filter(({ type }) => type === "data");
      if (ops[0] === undefined) throw new Error("nothing sent yet");
      return ops[0];
    });
    PlayedSocket.open
      .at(-1)
      ?.say({ type: "nack", opId: refused.opId, class: "never", code: "note_full", retryAfterMs: 0 });
    await Promise.resolve();
    await typeOn(note, LETTERS);
    await vi.waitFor(() => expect(note.status().drafts.map(({ text }) => text)).toEqual(["Refused."]));
    expect(note.text.toString()).toBe(LETTERS);
    const { outbox, inFlight } = await vi.waitFor(async () => {
      const stored = await store.load(note.noteId);
      expect(stored.outbox.length + stored.inFlight.length).toBeGreaterThan(0);
      return stored;
    });
    expect([outbox.length > 0, inFlight]).toEqual([true, []]);
    note.close();
  });

  it("has every key that was pressed meanwhile in another tab, and both tabs have the same", async () => {
    const locks = playLocks();
    const bench = await Bench.ready();
    const store = new SlowStore(10);
    const first = await openReplica(bench, { store, server: TICKETED, sharesDevice: true });
    await pause(5);
    locks.give();
    const socket = await PlayedSocket.greeted();
    socket.welcome(bench);
    await vi.waitFor(() => expect(first.status().role).toBe("editor"));
    const second = await openReplica(bench, { store, server: TICKETED, sharesDevice: true });
    await vi.waitFor(() => expect(second.status().isLoaded).toBe(true));
    await pause(40);
    socket.say({ type: "snapshot_new", at: bench.server.head, stateHash: new Uint8Array(32) });
    await typeOn(second, LETTERS);
    await vi.waitFor(() => expect(PlayedSocket.all).toHaveLength(2));
    await vi.waitFor(() => expect(second.text.toString()).toBe(LETTERS));
    await vi.waitFor(() => expect(first.text.toString()).toBe(LETTERS));
    await vi.waitFor(() => expect(second.status().save).not.toBe("Saving…"), 3000);
    second.close();
    first.close();
  });

  it("has every key that was pressed when it is closed meanwhile", async () => {
    const { bench, note, socket, store } = await openLive(new SlowStore(10));
    socket.say({ type: "snapshot_new", at: bench.server.head, stateHash: new Uint8Array(32) });
    await Promise.resolve();
    note.text.insert(0, "last words");
    note.close();
    await vi.waitFor(async () => expect((await store.load(note.noteId)).outbox).toHaveLength(1));
  });

  it("is opened once, whatever else is said of it meanwhile, and leaves no socket behind", async () => {
    const { bench, note, socket } = await openLive(new SlowStore(10));
    const word = { type: "snapshot_new", at: bench.server.head, stateHash: new Uint8Array(32) } as const;
    socket.say(word);
    await pause(2);
    socket.say(word);
    await PlayedSocket.greeted();
    await pause(60);
    expect([PlayedSocket.all.length, PlayedSocket.open.length]).toEqual([2, 1]);
    note.close();
    await vi.waitFor(() => expect(PlayedSocket.open).toEqual([]));
  });
});
