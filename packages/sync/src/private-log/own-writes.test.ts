import { foldEntries, privateRegisters, type PrivateRegisterWrites } from "@reed/log";
import { describe, expect, it } from "vitest";
import { isInLog, OwnWrites } from "./own-writes.ts";
import { repeatAt } from "../registers/repeat.ts";

const device = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const [MINE, OTHERS] = [device(5), device(6)];
const { reducer, write } = privateRegisters;

interface Logged {
  readonly author: Uint8Array;
  readonly payload: Uint8Array;
}

/** The registers after these were read from a log. */
function logOf(...logged: readonly Logged[]) {
  const entries = logged.map(({ author, payload }, index) => ({
    seq: index + 4,
    recvUs: 1000,
    wallTimeUs: 1000,
    opId: device(index + 1),
    author,
    by: [],
    role: "owner" as const,
    claimant: "",
    payload,
  }));
  return foldEntries(reducer, entries);
}

function writeAt(timeUs: number, set: PrivateRegisterWrites = { theme: "dark" }): Uint8Array {
  return write(set, timeUs);
}

describe("a write of this device", () => {
  it("[P11] that is still on its way is neither in the log nor lost", () => {
    const own = new OwnWrites();
    own.add(writeAt(10));
    expect(own.settle([writeAt(10)], logOf(), MINE)).toEqual([]);
    expect(own.has(writeAt(10))).toBe(true);
  });

  it("[P11] that was read back is forgotten, whether it won or not", () => {
    const own = new OwnWrites();
    own.add(writeAt(10));
    own.add(writeAt(20, { sort: "title" }));
    const later = { author: OTHERS, payload: writeAt(11, { theme: "light" }) };
    const log = logOf({ author: MINE, payload: writeAt(10) }, later, {
      author: MINE,
      payload: writeAt(20, { sort: "title" }),
    });
    expect(own.settle([], log, MINE)).toEqual([]);
    expect(own.payloads).toEqual([]);
  });

  it("[P11] that left without being read back is lost, and once only", () => {
    const own = new OwnWrites();
    own.add(writeAt(10));
    own.add(writeAt(12), true);
    const older = logOf({ author: OTHERS, payload: writeAt(9) });
    expect(own.settle([], older, MINE)).toEqual([
      { payload: writeAt(10), isRepeat: false },
      { payload: writeAt(12), isRepeat: true },
    ]);
    expect(own.settle([], older, MINE)).toEqual([]);
  });

  it("[P11] is told from another device's of the same time by the greater key", () => {
    const sameTime = logOf({ author: OTHERS, payload: writeAt(10) });
    expect(isInLog(writeAt(10), sameTime, MINE)).toBe(true);
    expect(isInLog(writeAt(10), sameTime, device(7))).toBe(false);
    expect(isInLog(writeAt(10, { theme: "dark", sort: "title" }), sameTime, MINE)).toBe(false);
  });

  it("[P11] is said again with the same registers and another time", () => {
    expect(repeatAt(writeAt(10), 7)).toEqual(writeAt(7));
    expect(repeatAt(Uint8Array.of(1), 7)).toBeNull();
  });
});
