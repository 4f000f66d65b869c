import { noteIdOf, type NoteId } from "@reed/log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Courier } from "./courier.ts";
import type { NoteStatus } from "./open-note.ts";

const noteAt = (fill: number): NoteId => noteIdOf(new Uint8Array(32).fill(fill));
const [ONE, TWO] = [noteAt(1), noteAt(2)];
const STATUS: NoteStatus = {
  save: "Saving…",
  role: "owner",
  people: [],
  cursors: [],
  drafts: [],
  keeps: "device",
  problem: null,
  title: "",
  isLoaded: true,
  preview: null,
};

/** A device on which notes wait, and a server that takes them or does not. */
class Device {
  readonly waiting = new Set<NoteId>();
  /** In the order in which they were opened. */
  readonly opened: NoteId[] = [];
  open = 0;
  answer: Partial<NoteStatus> | null = { save: "Saved" };
  readonly courier = new Courier({
    waiting: async () => [...this.waiting],
    open: (noteId, onClosed) => {
      this.opened.push(noteId);
      this.open += 1;
      const listeners = new Set<() => void>();
      const answer = this.answer;
      setTimeout(() => {
        if (answer?.save === "Saved") this.waiting.delete(noteId);
        for (const listener of listeners) listener();
      }, 50);
      return {
        status: () => ({ ...STATUS, ...answer }),
        subscribe: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        close: () => {
          listeners.clear();
          setTimeout(() => {
            this.open -= 1;
            onClosed();
          }, 5);
        },
      };
    },
  });
}

describe("what waits in notes that nobody has open", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("[S43] is sent, one note after the other", async () => {
    const device = new Device();
    device.waiting.add(ONE).add(TWO);
    const sent = device.courier.send();
    await vi.advanceTimersByTimeAsync(20);
    expect([device.opened, device.open]).toEqual([[ONE], 1]);
    await vi.advanceTimersByTimeAsync(200);
    await sent;
    expect([device.opened, device.open, device.waiting.size]).toEqual([[ONE, TWO], 0, 0]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(device.opened).toHaveLength(2);
  });

  it("[S43] is tried again later and later where the server does not take it, and at once when that may have changed", async () => {
    const device = new Device();
    device.waiting.add(ONE);
    device.answer = null;
    void device.courier.send();
    await vi.advanceTimersByTimeAsync(10_100);
    expect([device.opened.length, device.open]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(30_000 + 10_100);
    expect(device.opened).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(30_000 + 10_100);
    expect(device.opened).toHaveLength(2);
    device.answer = { save: "Saved" };
    void device.courier.send();
    await vi.advanceTimersByTimeAsync(100);
    expect([device.opened.length, device.waiting.size]).toEqual([3, 0]);
  });

  it("[S43] does not hold up the next note where waiting won't help", async () => {
    const device = new Device();
    device.waiting.add(ONE).add(TWO);
    device.answer = { save: "Access removed", problem: "access_ended" };
    void device.courier.send();
    await vi.advanceTimersByTimeAsync(200);
    expect([device.opened, device.open]).toEqual([[ONE, TWO], 0]);
  });

  it("[S43] is left to whoever opens the note, and taken up again when they leave it", async () => {
    const device = new Device();
    device.waiting.add(ONE);
    void device.courier.send();
    await vi.advanceTimersByTimeAsync(10);
    const left = device.courier.leave(ONE);
    await vi.advanceTimersByTimeAsync(20);
    await left;
    expect(device.open).toBe(0);
    device.waiting.add(ONE);
    void device.courier.take(ONE);
    await vi.advanceTimersByTimeAsync(200);
    expect([device.opened.length, device.waiting.size]).toEqual([2, 0]);
  });
});
