// A device that is full: what its person is told, and what the window goes on with.
import "fake-indexeddb/auto";
import { noteIdOf } from "@reed/log";
import { expect, it, vi } from "vitest";
import { Identity } from "./identity.ts";
import { NoteReplica } from "./note-replica.ts";
import { IdbStore } from "./store/idb-store.ts";
import { blankNote } from "./store/replica-store.ts";
import { verifyHere } from "./verifier/batch.ts";
import { UNREACHED } from "./unreached.test-support.ts";

/** A note that its device may write, and no server to be had. */
async function openNote(store: IdbStore): Promise<NoteReplica> {
  const docId = crypto.getRandomValues(new Uint8Array(32));
  const noteId = noteIdOf(docId);
  return new NoteReplica({
    store,
    identity: await Identity.open(store, UNREACHED),
    noteId,
    record: Promise.resolve({ ...blankNote(noteId), docId, role: "editor" }),
    server: UNREACHED,
    sharesDevice: false,
    statusEveryMs: 0,
    isSeen: true,
    onNetwork: () => () => undefined,
    verifyOps: verifyHere,
    restMs: () => 0,
    onSummary: () => undefined,
    onClosed: () => undefined,
  });
}

const toldBy = (note: NoteReplica) => {
  const { save, keeps } = note.status();
  return [save, keeps];
};

it("goes on in the window when the device is full, and is never called saved on the device from then on", async () => {
  const store = new IdbStore("full");
  const note = await openNote(store);
  await vi.waitFor(() => expect(note.status().isLoaded).toBe(true));
  note.text.insert(0, "kept");
  await vi.waitFor(() => expect(toldBy(note)).toEqual(["Saved on this device", "device"]));
  vi.spyOn(store, "change").mockRejectedValue(new DOMException("full", "QuotaExceededError"));
  note.text.insert(4, " and not kept");
  await vi.waitFor(() => expect(toldBy(note)).toEqual(["Offline", "memory"]));
  note.text.insert(0, "more is ");
  expect(note.text.toString()).toBe("more is kept and not kept");
  await vi.waitFor(() => expect(toldBy(note)).toEqual(["Offline", "memory"]));
  note.close();
});
