import { linkPrincipal } from "@reed/crypto";
import { type Principal, userPrincipal } from "@reed/log";
import { describe, expect, it } from "vitest";
import { Allowance, costOf, SharedAllowances } from "./allowance.ts";

const ANA = userPrincipal("00000000-0000-4000-8000-000000000001");
const MO = userPrincipal("00000000-0000-4000-8000-000000000002");
const LINK = linkPrincipal(new Uint8Array(12));

/** How many messages of cost 1 a new socket of `principal` may send at `nowMs`. */
function sentBy(principal: Principal, shared: SharedAllowances, nowMs: number): number {
  const socket = { principal, allowance: new Allowance(nowMs) };
  let sent = 0;
  while (shared.take(socket, 1, nowMs)) sent += 1;
  return sent;
}

describe("what providers may send", () => {
  it("[Y22] is 600 messages at once and 100 a second for one socket, more for large ones", () => {
    const shared = new SharedAllowances();
    const socket = { principal: ANA, allowance: new Allowance(0) };
    for (let sent = 0; sent < 600; sent += 1) expect(shared.take(socket, costOf(0, 1), 0)).toBe(true);
    expect(shared.take(socket, costOf(0, 1), 9)).toBe(false);
    expect(shared.take(socket, costOf(0, 20), 199)).toBe(false);
    expect(shared.take(socket, costOf(0, 20), 200)).toBe(true);
    expect(shared.take(socket, costOf(4096, 1), 219)).toBe(false);
    expect(shared.take(socket, costOf(4096, 1), 220)).toBe(true);
  });

  it("[Y28] is four times as much for all sockets of a person, also for those that come in place of ended ones", () => {
    const shared = new SharedAllowances();
    expect([1, 2, 3, 4, 5].map(() => sentBy(ANA, shared, 0))).toEqual([600, 600, 600, 600, 0]);
    expect(sentBy(MO, shared, 0)).toBe(600);
    expect([1, 2].map(() => sentBy(ANA, shared, 1000))).toEqual([400, 0]);
  });

  it("[Y28] is sixteen times as much for all who come by one link", () => {
    const shared = new SharedAllowances();
    const sent = Array.from({ length: 17 }, () => sentBy(LINK, shared, 0));
    expect(sent).toEqual([...Array.from({ length: 16 }, () => 600), 0]);
  });

  it("[Y28] is not spent by what is refused", () => {
    const shared = new SharedAllowances();
    const socket = { principal: ANA, allowance: new Allowance(0) };
    for (let tried = 0; tried < 10; tried += 1) expect(shared.take(socket, 601, 0)).toBe(false);
    expect([1, 2, 3, 4].map(() => sentBy(ANA, shared, 0))).toEqual([600, 600, 600, 600]);
  });

  it("[Y28] is forgotten of those who have sent nothing for long, and of no others", () => {
    const shared = new SharedAllowances();
    for (let sockets = 0; sockets < 4; sockets += 1) sentBy(ANA, shared, 0);
    for (let other = 0; other < 2000; other += 1) {
      const id = `00000000-0000-4000-9000-${String(other).padStart(12, "0")}`;
      shared.take({ principal: userPrincipal(id), allowance: new Allowance(0) }, 1, other);
    }
    expect(sentBy(ANA, shared, 1999)).toBe(600);
    expect(sentBy(ANA, shared, 1999)).toBe(Math.floor(1.999 * 400) - 600);
  });
});
