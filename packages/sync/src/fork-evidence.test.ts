// Where two logs part, found by asking the server for chain values.
import { sha256 } from "@reed/crypto";
import { Ledger, noteIdOf, prepareOp, sealEnvelope, decodeOp } from "@reed/log";
import { describe, expect, it } from "vitest";
import { forkEvidence } from "./fork-evidence.ts";

const ZERO = new Uint8Array(32);

/** A log of `length` void ops, received at times that `shift` moves from position `from` on: another history from there. */
function logOf(length: number, from = length + 1, shift = 0): Ledger {
  const fields = { type: "data", docId: new Uint8Array(32).fill(1), author: ZERO, ctr: 1, wallTimeUs: 1 } as const;
  const past = { prev: ZERO, acl: ZERO, seenSeq: 0, seenChain: ZERO, body: new Uint8Array() };
  const op = decodeOp(sealEnvelope(prepareOp({ ...fields, ...past }, sha256), new Uint8Array(64)), sha256);
  const ledger = new Ledger(fields.docId, { sha256, below: "trust" });
  for (let seq = 1; seq <= length; seq += 1) ledger.appendVoid(op, seq < from ? seq : seq + shift);
  return ledger;
}

describe("the evidence of a fork", () => {
  it("[W90] names the first position that differs, with both chain values", async () => {
    const [ours, theirs] = [logOf(40), logOf(60, 17, 5)];
    const evidence = await forkEvidence(ours, async (seq) => theirs.chainAt(seq));
    expect(evidence?.subarray(0, 8)).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 17));
    expect(evidence?.subarray(8, 40)).toEqual(ours.chainAt(17));
    expect(evidence?.subarray(40)).toEqual(theirs.chainAt(17));
    expect(noteIdOf(ours.docId)).toBe(noteIdOf(theirs.docId));
  });

  it("[W90] is that of a server whose log ends before ours", async () => {
    const [ours, theirs] = [logOf(40), logOf(12)];
    const evidence = await forkEvidence(ours, async (seq) => theirs.chainAt(seq));
    expect(evidence?.[7]).toBe(13);
    expect(evidence?.subarray(40)).toEqual(ZERO);
  });

  it("[W90] is none where the server has what we have", async () => {
    expect(await forkEvidence(logOf(9), async (seq) => logOf(20).chainAt(seq))).toBeNull();
  });
});
