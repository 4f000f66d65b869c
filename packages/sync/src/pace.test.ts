import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pace } from "./pace.ts";

describe("news that come thick and fast", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are told once for all that happens in one go, and at once where it was quiet", async () => {
    const tell = vi.fn<() => void>();
    const pace = new Pace(50, tell);
    pace.news();
    pace.news();
    expect(tell).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(tell).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(50);
    pace.news();
    await vi.advanceTimersByTimeAsync(0);
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it("are told no more often than agreed, and the last of them is told", async () => {
    const told: number[] = [];
    let latest = 0;
    const pace = new Pace(50, () => told.push(latest));
    for (; latest < 100; latest += 1) {
      pace.news();
      await vi.advanceTimersByTimeAsync(1);
    }
    pace.news();
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toHaveLength(4);
    expect(told.at(-1)).toBe(100);
  });

  it("are told at once where they are urgent, and what waited with them is not told again", async () => {
    const told: number[] = [];
    let latest = 0;
    const pace = new Pace(50, () => told.push(latest));
    pace.news();
    await vi.advanceTimersByTimeAsync(1);
    latest = 1;
    pace.news();
    latest = 2;
    pace.urgent();
    expect(told).toEqual([0, 2]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([0, 2]);
  });

  it("are not told after the end, not even those that were due", async () => {
    const tell = vi.fn<() => void>();
    const pace = new Pace(50, tell);
    pace.news();
    pace.end();
    await vi.advanceTimersByTimeAsync(100);
    expect(tell).toHaveBeenCalledTimes(0);
  });

  it("are told as they happen where no pace is kept", () => {
    const tell = vi.fn<() => void>();
    const pace = new Pace(0, tell);
    pace.news();
    pace.news();
    expect(tell).toHaveBeenCalledTimes(2);
  });
});
