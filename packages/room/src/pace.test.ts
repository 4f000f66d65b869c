import { describe, expect, it } from "vitest";
import { Pace } from "./pace.ts";

/** The times, within `ms`, at which a log that always has something new goes out to so many sockets. */
function times(pace: Pace, sockets: number, ms: number): readonly number[] {
  const found: number[] = [];
  for (let nowMs = 0; nowMs < ms; nowMs += 0.5)
    if (pace.waitMs(nowMs) <= 0) {
      found.push(nowMs);
      pace.went(sockets, nowMs);
    }
  return found;
}

describe("the pace of a room", () => {
  it("[W24] is 4 ms where few are there", () => {
    expect(times(new Pace(), 3, 20)).toEqual([0, 4, 8, 12, 16]);
  });

  it("[W24] lets an edit out at once that comes now and then, however many are there", () => {
    const pace = new Pace();
    for (const nowMs of [0, 100, 200, 300]) {
      expect(pace.waitMs(nowMs)).toBeLessThanOrEqual(0);
      pace.went(500, nowMs);
    }
  });

  it("[W50] is 0.1 ms for each message in the long run, and 600 messages ahead of that", () => {
    expect(times(new Pace(), 800, 1000)).toHaveLength(14);
    expect(times(new Pace(), 100, 1000).length).toBeGreaterThanOrEqual(105);
    expect(times(new Pace(), 100, 1000).length).toBeLessThanOrEqual(107);
    expect(times(new Pace(), 100, 40)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
  });

  it("[W50] slows down to 90 ms while timers ring more than 10 ms late, and comes back when they ring in time", () => {
    const pace = new Pace();
    pace.rang(10);
    expect(pace.leastMs).toBe(4);
    pace.rang(11);
    expect(pace.leastMs).toBe(6);
    pace.rang(7);
    expect(pace.leastMs).toBe(6);
    for (let count = 0; count < 20; count += 1) pace.rang(40);
    expect(pace.leastMs).toBe(90);
    pace.went(1, 1000);
    expect(pace.waitMs(1000)).toBe(90);
    for (let count = 0; count < 40; count += 1) pace.rang(1);
    expect(pace.leastMs).toBe(4);
  });

  it("[W24] waits no longer for a clock that goes back", () => {
    const pace = new Pace();
    pace.went(3, 1_000_000);
    expect(pace.waitMs(0)).toBe(200);
  });
});
