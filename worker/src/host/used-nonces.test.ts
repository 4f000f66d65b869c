import { describe, expect, it } from "vitest";
import { UsedNonces } from "./used-nonces.ts";

describe("the nonces of tickets", () => {
  it("[U26] are good once, and forgotten when no ticket can bring them any more", () => {
    const nonces = new UsedNonces();
    const [first, second] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
    expect(nonces.use(first, 0)).toBe(true);
    expect(nonces.use(second, 50_000)).toBe(true);
    expect(nonces.use(first, 60_000)).toBe(false);
    expect(nonces.use(second, 90_001)).toBe(false);
    expect(nonces.use(first, 140_000)).toBe(false);
    expect(nonces.use(first, 270_003)).toBe(true);
    expect(nonces.use(first, 270_004)).toBe(false);
    expect(nonces.use(second, 900_000)).toBe(true);
  });
});
