import { describe, expect, it } from "vitest";
import { Pace } from "./pace.ts";

describe("the pace of a room", () => {
  it("[W24] is 15 ms, and [W50] 0.1 ms for each socket where that is more", () => {
    const pace = new Pace();
    expect([1, 150, 400, 800].map((sockets) => pace.intervalMs(sockets))).toEqual([15, 15, 40, 80]);
  });

  it("[W50] slows down to 90 ms while timers ring more than 10 ms late, and comes back when they ring in time", () => {
    const pace = new Pace();
    pace.rang(10);
    expect(pace.intervalMs(1)).toBe(15);
    pace.rang(11);
    expect(pace.intervalMs(1)).toBe(22.5);
    pace.rang(7);
    expect(pace.intervalMs(1)).toBe(22.5);
    for (let count = 0; count < 20; count += 1) pace.rang(40);
    expect(pace.intervalMs(800)).toBe(90);
    for (let count = 0; count < 20; count += 1) pace.rang(1);
    expect(pace.intervalMs(1)).toBe(15);
  });
});
