import { describe, expect, it } from "vitest";
import { Turnstile } from "./turnstile.ts";

describe("a turnstile", () => {
  it("[U3] lets in three at once, others when one leaves, and turns away who waited too long", async () => {
    let sleptMs = 0;
    const gate = new Turnstile(3, 5000, async (ms) => {
      sleptMs += ms;
      if (sleptMs === 1000) gate.leave();
    });
    for (let i = 0; i < 3; i += 1) expect(await gate.enter()).toBe(true);
    expect(sleptMs).toBe(0);
    expect(await gate.enter()).toBe(true);
    expect(sleptMs).toBe(1000);
    expect(await gate.enter()).toBe(false);
    expect(sleptMs).toBe(6000);
  });
});
