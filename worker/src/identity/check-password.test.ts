// How long a wrong password takes and how long an unknown name, by the real check at a small cost. `npm run timing` asks the same of
// a running server at full cost.
import { performance } from "node:perf_hooks";
import { areaUnderCurve } from "@reed/testkit";
import { describe, expect, it } from "vitest";
import { checkPassword } from "./check-password.ts";
import { costOf, hashPassword, type PasswordHash, type Passwords } from "./passwords.ts";

const passwords: Passwords = { pepper: new Uint8Array(32).fill(7), cost: costOf("6") };
const TRIES = 200;
const MAX_AREA = 0.55;
/** An honest round of 100 against 100 exceeds the bound by chance about once in five; a leak does in every one. */
const ROUNDS = 7;

async function millisecondsOf(task: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await task();
  return performance.now() - startedAt;
}

async function areaOfRound(table: ReadonlyMap<string, { readonly password: PasswordHash }>): Promise<number> {
  const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  for (let i = 0; i < TRIES; i += 1) {
    const kind = i % 2 === 0 ? "known" : "unknown";
    const find = () => Promise.resolve(table.get(kind === "known" ? "ana" : "nobody") ?? null);
    times[kind].push(await millisecondsOf(() => checkPassword(passwords, find, `wrong password ${i}`)));
  }
  const area = areaUnderCurve(times.known, times.unknown);
  return Math.max(area, 1 - area);
}

describe("checking a password", () => {
  it("[U4] takes as long for an unknown name as for a wrong password", async () => {
    const table = new Map([["ana", { password: await hashPassword(passwords, "correct horse") }]]);
    const areas: number[] = [];
    while (areas.length < ROUNDS && !areas.some((area) => area <= MAX_AREA)) areas.push(await areaOfRound(table));
    expect(Math.min(...areas)).toBeLessThanOrEqual(MAX_AREA);
  });

  it("would be found out if it took a short cut", async () => {
    const known = await hashPassword(passwords, "correct horse");
    const withHash = async () => checkPassword(passwords, () => Promise.resolve({ password: known }), "wrong");
    const times = { known: [0], unknown: [0] };
    for (let i = 0; i < TRIES / 4; i += 1) {
      times.known.push(await millisecondsOf(withHash));
      times.unknown.push(await millisecondsOf(() => Promise.resolve(null)));
    }
    expect(areaUnderCurve(times.known, times.unknown)).toBeGreaterThan(0.9);
  });

  it("gives the account to the right password alone", async () => {
    const account = { password: await hashPassword(passwords, "correct horse") };
    const find = () => Promise.resolve(account);
    expect(await checkPassword(passwords, find, "correct horse")).toBe(account);
    expect(await checkPassword(passwords, find, "wrong")).toBeNull();
    expect(await checkPassword(passwords, () => Promise.resolve(null), "correct horse")).toBeNull();
  });
});
