import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { costOf, hashPassword, isOutdated, isPassword, memoryOf, type Passwords } from "./passwords.ts";

const PEPPER = new Uint8Array(32).fill(7);
const cheap: Passwords = { pepper: PEPPER, cost: costOf("4") };

describe("passwords", () => {
  it("[U2] are known by their own hash and by no other", async () => {
    const kept = await hashPassword(cheap, "correct horse");
    expect(await isPassword(cheap, "correct horse", kept)).toBe(true);
    expect(await isPassword(cheap, "correct horsf", kept)).toBe(false);
    expect(await isPassword(cheap, "", kept)).toBe(false);
    expect((await hashPassword(cheap, "correct horse")).hash).not.toEqual(kept.hash);
  });

  it("[U2] need the pepper of the deployment", async () => {
    const kept = await hashPassword(cheap, "correct horse");
    expect(await isPassword({ ...cheap, pepper: new Uint8Array(32) }, "correct horse", kept)).toBe(false);
  });

  it("[U2] are checked with the parameters that they were kept with, and known to be outdated", async () => {
    const kept = await hashPassword(cheap, "correct horse");
    const dearer: Passwords = { pepper: PEPPER, cost: costOf("5") };
    expect(await isPassword(dearer, "correct horse", kept)).toBe(true);
    expect(isOutdated(dearer, kept)).toBe(true);
    expect(isOutdated(cheap, kept)).toBe(false);
  });

  it("[U4] of nobody are wrong, whatever they are", async () => {
    expect(await isPassword(cheap, "", null)).toBe(false);
    expect(await isPassword(cheap, "correct horse", null)).toBe(false);
  });

  it("[U3] cost what production runs, and as much as it should", async () => {
    const cost = costOf("");
    expect(cost).toEqual({ n: 16_384, r: 8, p: 5 });
    expect(cost.n * cost.r * cost.p).toBeLessThanOrEqual(2 ** 20);
    expect(memoryOf(cost)).toBeLessThanOrEqual(48 * 1024 * 1024);
    const kept = await hashPassword({ pepper: PEPPER, cost }, "correct horse");
    expect(await isPassword(cheap, "correct horse", kept)).toBe(true);
  });

  it("[U3] refuse a cost that production would not run, from the configuration and from the table", async () => {
    for (const text of ["15", "20", "99", "0", "-1", "1e1", "many"])
      expect(() => costOf(text)).toThrow(/cost|PASSWORD_COST/i);
    const hash = new Uint8Array(32);
    for (const cost of [
      { n: 2 ** 17, r: 8, p: 1 },
      { n: 2 ** 15, r: 8, p: 5 },
      { n: 1000, r: 8, p: 1 },
      { n: 16, r: 8, p: 0 },
    ])
      await expect(isPassword(cheap, "x", { cost, salt: hash, hash })).rejects.toThrow("production");
  });

  it("[U3] never meet PBKDF2, which production caps", () => {
    const sources = globSync("worker/src/**/*.ts").filter((file) => !file.includes(".test"));
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((file) => /["'`]PBKDF2|pbkdf2(?:Sync)?\(/.test(readFileSync(file, "utf8")))).toEqual([]);
  });

  it("[U3] are hashed for many at once", async () => {
    const kept = await Promise.all(Array.from({ length: 8 }, () => hashPassword(cheap, "correct horse")));
    expect(kept).toHaveLength(8);
  });
});
