import { describe, expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

describe("a token bucket", () => {
  it("begins full, gives until it is empty, and fills evenly up to its burst", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, 0);
    expect([1, 2, 3, 4].map(() => bucket.take(1, 0))).toEqual([true, true, true, false]);
    expect(bucket.waitMs(1, 50)).toBe(50);
    expect(bucket.take(1, 100)).toBe(true);
    expect(bucket.take(1, 100)).toBe(false);
    expect(bucket.isFull(399)).toBe(false);
    expect(bucket.isFull(401)).toBe(true);
    expect(bucket.waitMs(3, 9000)).toBe(0);
    expect(bucket.take(4, 9000), "more than the burst is never asked to wait for ever").toBe(true);
  });

  it("lets one go into debt, which what comes in pays first", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 10 }, 0);
    bucket.spend(15);
    expect(bucket.waitMs(1, 0)).toBe(600);
    expect(bucket.take(1, 599)).toBe(false);
    expect(bucket.take(1, 600)).toBe(true);
  });

  it("gets nothing from a clock that goes back", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, 1000);
    bucket.spend(1);
    expect(bucket.take(1, 0)).toBe(false);
    expect(bucket.waitMs(1, 0)).toBe(100);
  });
});
