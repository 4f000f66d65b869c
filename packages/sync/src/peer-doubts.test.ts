import { encodeUtf8, toBase64Url } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import { Ledger } from "@reed/log";
import { describe, expect, it } from "vitest";
import { PeerDoubts } from "./peer-doubts.ts";

const MINUTE_MS = 60_000;
const ledger = new Ledger(new Uint8Array(32).fill(1), { sha256, below: "trust" });

/** A peer that says to have read a log whose beginning has this chain value. */
const peer = (connection: number, byte: number): readonly [number, Uint8Array] => {
  const x = toBase64Url(new Uint8Array(32).fill(byte));
  return [connection, encodeUtf8(JSON.stringify({ n: "Ana", c: "#000000", s: 0, x }))];
};

describe("what peers say of their logs", () => {
  it("[W37] is a reason to look at ours once, however often it is said", () => {
    const doubts = new PeerDoubts();
    const looks = [0, 1, 2, 3].map((minute) => doubts.isReason(new Map([peer(5, 9)]), ledger, minute * MINUTE_MS));
    expect(looks).toEqual([true, false, false, false]);
  });

  it("[W37] is one look a minute, whatever is said; what came too soon is looked at with the next", () => {
    const doubts = new PeerDoubts();
    const looks = [0, 1, 59_999, MINUTE_MS].map((atMs, index) =>
      doubts.isReason(new Map([peer(5, 2 + index), peer(6, 7)]), ledger, atMs),
    );
    expect(looks).toEqual([true, false, false, true]);
  });

  it("is no reason where they have read what we have", () => {
    const doubts = new PeerDoubts();
    expect(doubts.isReason(new Map([peer(5, 1)]), ledger, 0)).toBe(false);
    expect(doubts.isReason(new Map([peer(5, 2)]), ledger, 1)).toBe(true);
  });
});
