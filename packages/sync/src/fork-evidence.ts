// What a device keeps when its log and the server's have parted: the first position at which they differ, and both chain values
// there. With the ops around it, which are signed, it shows who said what.
import { equalBytes, Writer } from "@reed/bytes";
import type { Ledger } from "@reed/log";
import { firstDifference } from "./engine/first-difference.ts";
import type { Entrance } from "./entrance.ts";

/**
 * u64 position, our chain value (32 bytes), theirs (32 bytes; zeros where the server has none). null where the server's log
 * agrees with ours as far as ours is known. Rejects where the server is not reached.
 */
export async function forkEvidence(
  ledger: Ledger,
  theirChainAt: (seq: number) => Promise<Uint8Array | null>,
): Promise<Uint8Array | null> {
  const isSame = async (seq: number): Promise<boolean> => {
    const [ours, theirs] = [ledger.chainAt(seq), await theirChainAt(seq)];
    return ours !== null && theirs !== null && equalBytes(ours, theirs);
  };
  const { baseSeq, head } = ledger;
  if (head.seq <= baseSeq || (await isSame(head.seq))) return null;
  const seq = (await isSame(baseSeq)) ? await firstDifference(baseSeq, head.seq, isSame) : baseSeq;
  const zeros = new Uint8Array(32);
  const [ours, theirs] = [ledger.chainAt(seq) ?? zeros, (await theirChainAt(seq)) ?? zeros];
  return new Writer(72).u64(seq).bytes(ours).bytes(theirs).finish();
}

/** Keeps it, where there is any. */
export async function keepForkEvidence(
  ledger: Ledger,
  entrance: Pick<Entrance, "chainAt">,
  keep: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const bytes = await forkEvidence(ledger, (seq) => entrance.chainAt(seq));
  if (bytes !== null) await keep(bytes);
}
