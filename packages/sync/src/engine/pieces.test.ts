// The parts of the engine that are plain functions: waits, batches, the outbox, and what people are told.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffUs } from "./backoff.ts";
import { flushAtUs } from "./batching.ts";
import { Link } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { type SaveFacts, saveStateOf, type SaveState } from "./save-state.ts";

const MS = 1000;
const SECOND = 1_000_000;

describe("the wait before the next try", () => {
  it("[W34] lies between 0.3 s and a bound that doubles up to 30 s", () => {
    expect([1, 2, 3, 4, 5, 6].map((failures) => backoffUs(failures, 0))).toEqual(Array(6).fill(300 * MS));
    expect([1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backoffUs(failures, 1))).toEqual(
      [600, 1200, 2400, 4800, 9600, 19_200, 30_000, 30_000].map((ms) => ms * MS),
    );
    expect(backoffUs(3, 0.5)).toBe(1350 * MS);
  });

  it("[W34] is over at once where somebody wants to go on, and starts anew after a welcome", () => {
    const link = new Link();
    link.trying();
    expect(link.retryAtUs).toBeNull();
    link.ended(null, 1, 0);
    link.trying();
    link.ended(null, 1, 0);
    expect(link.retryAtUs).toBe(1200 * MS);
    link.hurry();
    expect(link.retryAtUs).toBe(0);
    link.trying();
    link.welcomed(0);
    link.ended(null, 1, 0);
    expect(link.retryAtUs).toBe(600 * MS);
  });

  it("[W34] goes on growing while the server is given too much, however often it welcomes", () => {
    const link = new Link();
    const waits = [10, 10, 10, 31].map((lifeS) => {
      link.trying();
      link.welcomed(0);
      link.ended("overloaded", 1, lifeS * SECOND);
      return (link.retryAtUs ?? 0) - lifeS * SECOND;
    });
    expect(waits).toEqual([600, 1200, 2400, 600].map((ms) => ms * MS));
  });

  it("[W30] never ends after a reason that says to stop, until somebody asks", () => {
    const link = new Link();
    link.ended("not_found", 0, 0);
    expect([link.state, link.retryAtUs]).toEqual(["away", null]);
    link.hurry();
    expect(link.retryAtUs).toBe(0);
    link.ended("access_ended", 0, 0);
    expect(link.retryAtUs).not.toBeNull();
  });
});

describe("a batch of edits", () => {
  it("[W31] leaves 120 ms after its first edit where others are there", () => {
    expect(flushAtUs(5, 5, true)).toBe(120 * MS + 5);
    expect(flushAtUs(5, 90 * MS, true)).toBe(120 * MS + 5);
  });

  it("[W31] leaves after a pause of a second, or after three, where nobody is", () => {
    expect(flushAtUs(0, 0, false)).toBe(SECOND);
    expect(flushAtUs(0, 1.9 * SECOND, false)).toBe(2.9 * SECOND);
    expect(flushAtUs(0, 2.5 * SECOND, false)).toBe(3 * SECOND);
  });

  it("[W31] leaves at once on request, and at once after a restart", () => {
    const outbox = new Outbox([]);
    outbox.hurry();
    expect(outbox.dueUs(false)).toBeNull();
    outbox.add({ id: 1, bucket: "text", payload: new Uint8Array(1) }, 7);
    expect(outbox.dueUs(false)).toBe(SECOND + 7);
    outbox.hurry();
    expect(outbox.dueUs(false)).toBe(0);
    expect(new Outbox([{ id: 1, bucket: "text", payload: new Uint8Array(1) }]).dueUs(true)).toBe(0);
  });
});

describe("the outbox", () => {
  const entry = (id: number, size = 1) => ({ id, bucket: "text", payload: new Uint8Array(size) });

  it("[W32] gives the oldest edits up to 256 KiB, or one that is larger", () => {
    const outbox = new Outbox([entry(1, 200 * 1024), entry(2, 56 * 1024), entry(3, 1), entry(4, 300 * 1024), entry(5)]);
    expect(
      [outbox.take(), outbox.take(), outbox.take(), outbox.take(), outbox.take()].map((group) =>
        group.map(({ id }) => id),
      ),
    ).toEqual([[1, 2], [3], [4], [5], []]);
    expect(outbox.dueUs(false)).toBeNull();
  });

  it("[W32] puts what comes back before all the rest, at once due", () => {
    const outbox = new Outbox([]);
    outbox.add(entry(1), 0);
    outbox.putBack({ id: -1, bucket: "text", payload: new Uint8Array(2) });
    expect(outbox.dueUs(false)).toBe(0);
    expect(outbox.takeText().map(({ id }) => id)).toEqual([-1, 1]);
    expect([outbox.size, outbox.dueUs(true)]).toEqual([0, null]);
  });

  it("[S10] knows which edits the device has not stored yet", () => {
    const outbox = new Outbox([entry(1)]);
    outbox.add(entry(2), 0);
    expect([outbox.size, outbox.unstored]).toEqual([2, 1]);
    outbox.markStored(2);
    expect(outbox.unstored).toBe(0);
  });
});

describe("the save state", () => {
  const quiet: SaveFacts = {
    role: "editor",
    link: "live",
    unacked: 0,
    unstored: 0,
    keeps: "device",
    isOnServer: true,
    problem: null,
  };

  it.each<[SaveState, string, Partial<SaveFacts>]>([
    ["Saved", "all is answered and the socket lives", {}],
    ["Saved", "all is answered and the socket is on its way", { link: "trying" }],
    ["Saving…", "edits are unanswered", { unacked: 1 }],
    ["Saving…", "edits are not stored yet and the server is away", { unacked: 1, unstored: 1, link: "away" }],
    ["Saving…", "a new note is on its way to the server", { isOnServer: false, link: "trying" }],
    ["Saved on this device", "edits are stored and the server is away", { unacked: 1, link: "away" }],
    ["Saved on this device", "edits are stored and the server is being tried", { unacked: 1, link: "trying" }],
    ["Saved on this device", "a new note waits for the network", { isOnServer: false, link: "away" }],
    ["Offline", "all is answered and the server is away", { link: "away" }],
    ["Offline", "nothing can be kept and the server is away", { unacked: 1, link: "away", keeps: "memory" }],
    ["Read only", "a viewer looks", { role: "viewer" }],
    ["Read only", "a viewer looks offline", { role: "viewer", link: "away" }],
    ["Access removed", "access has ended", { problem: "access_ended", unacked: 3 }],
    ["Access removed", "the note is gone", { problem: "not_found" }],
    ["Too big to save", "the note is full", { problem: "note_full" }],
    ["Too big to save", "the op is too large", { problem: "op_body_size" }],
    ["Couldn't save", "the log has forked", { problem: "forked" }],
    ["Couldn't save", "a code is of a newer server", { problem: "something_new" }],
  ])("[W36] is %j where %s", (state, _why, facts) => {
    expect(saveStateOf({ ...quiet, ...facts })).toBe(state);
  });

  it('[W36] is never "Saved" with anything unanswered, unstored, wrong, or not on the server', () => {
    const facts = fc.record<SaveFacts>({
      role: fc.constantFrom(null, "viewer", "editor", "owner"),
      link: fc.constantFrom("live", "trying", "away"),
      keeps: fc.constantFrom("device", "memory"),
      unacked: fc.nat(2),
      unstored: fc.nat(2),
      isOnServer: fc.boolean(),
      problem: fc.constantFrom(null, "forked", "note_full"),
    });
    fc.assert(
      fc.property(facts, (drawn) => {
        const all = { ...drawn, unacked: Math.max(drawn.unacked, drawn.unstored) };
        const state = saveStateOf(all);
        if (state === "Saved") expect(all).toMatchObject({ unacked: 0, unstored: 0, isOnServer: true, problem: null });
        if (state === "Saved on this device") expect(all).toMatchObject({ keeps: "device", unstored: 0 });
      }),
      { numRuns: 1000 },
    );
  });
});
