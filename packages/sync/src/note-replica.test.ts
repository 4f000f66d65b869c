// What a window is told of a note that it opens without a server.
import { noteIdOf } from "@reed/log";
import { expect, it, vi } from "vitest";
import { Identity } from "./identity.ts";
import { NoteReplica } from "./note-replica.ts";
import { MemoryStore } from "./store/memory-store.ts";
import { blankNote } from "./store/replica-store.ts";
import { verifyHere } from "./verifier/batch.ts";
import { UNREACHED } from "./unreached.test-support.ts";

it("tells at once that a note is there and may be written, however seldom it tells of anything else", async () => {
  const store = new MemoryStore();
  const identity = await Identity.open(store, UNREACHED);
  const docId = crypto.getRandomValues(new Uint8Array(32));
  const noteId = noteIdOf(docId);
  const known = Promise.withResolvers<ReturnType<typeof blankNote>>();
  const note = new NoteReplica({
    store,
    identity,
    noteId,
    record: known.promise,
    server: UNREACHED,
    sharesDevice: false,
    statusEveryMs: 3_600_000,
    isSeen: true,
    onNetwork: () => () => undefined,
    verifyOps: verifyHere,
    restMs: () => 0,
    onSummary: () => undefined,
    onClosed: () => undefined,
  });
  const told: unknown[] = [];
  note.subscribe(() => told.push([note.status().isLoaded, note.status().role]));
  note.setCursor(null);
  await vi.waitFor(() => expect(told).toEqual([[false, null]]));
  known.resolve({ ...blankNote(noteId), docId, role: "editor" });
  await vi.waitFor(() =>
    expect(told).toEqual([
      [false, null],
      [true, "editor"],
    ]),
  );
  note.setCursor(null);
  note.close();
});
