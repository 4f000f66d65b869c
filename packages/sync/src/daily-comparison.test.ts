// A document is held against the server's also when nothing happens, for as long as a tab has the note open.
import { noteIdOf } from "@reed/log";
import { afterEach, expect, it, vi } from "vitest";
import { Identity } from "./identity.ts";
import { NoteReplica } from "./note-replica.ts";
import type { Server } from "./server.ts";
import { MemoryStore } from "./store/memory-store.ts";
import { blankNote } from "./store/replica-store.ts";
import { verifyHere } from "./verifier/batch.ts";
import { UNREACHED, unreached } from "./unreached.test-support.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
afterEach(() => {
  vi.useRealTimers();
});

it("[W95] asks the server for its state after each day in one tab, not before, and not when the note is closed", async () => {
  const state = vi.fn<Server["state"]>(unreached);
  const server: Server = {
    ...UNREACHED,
    state,
  };
  const store = new MemoryStore();
  const docId = crypto.getRandomValues(new Uint8Array(32));
  const noteId = noteIdOf(docId);
  const linkId = "AAAAAAAAAAAAAAAA";
  const identity = await Identity.open(store, server);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const note = new NoteReplica({
    store,
    identity,
    noteId,
    record: Promise.resolve({ ...blankNote(noteId), docId, linkId, role: "viewer" }),
    server,
    sharesDevice: false,
    statusEveryMs: 0,
    isSeen: true,
    onNetwork: () => () => undefined,
    verifyOps: verifyHere,
    restMs: () => 0,
    onSummary: () => undefined,
    onClosed: () => undefined,
  });
  await vi.waitFor(() => expect(note.status().isLoaded).toBe(true));
  const days = async (count: number): Promise<number> => {
    await vi.advanceTimersByTimeAsync(count * DAY_MS);
    return state.mock.calls.length;
  };
  expect([await days(0.9), await days(0.2), await days(1)]).toEqual([0, 1, 2]);
  note.close();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0));
  expect(await days(3)).toBe(2);
});
