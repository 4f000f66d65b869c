// The server's log made accountable: each position hashes the one before, so (seq, chain) names one history and no other.
// Authors countersign it in every op (`seenChain`). The chain starts at the docId: position 0 of a note nobody has read yet.
import { Writer } from "@reed/bytes";
import type { Sha256 } from "./hash.ts";
import { LABELS } from "./labels.ts";

/** A position in a log: everything up to `seq` was read, and hashes to `chain` (32 bytes). */
export interface Cursor {
  readonly seq: number;
  readonly chain: Uint8Array;
}

/** chain_n = SHA-256(label || chain_(n-1) || n || op id || receive time in µs); chain_0 is the docId. */
export function extendChain(
  previous: Uint8Array,
  seq: number,
  opId: Uint8Array,
  recvUs: number,
  sha256: Sha256,
): Uint8Array {
  return sha256(LABELS.chain, new Writer(80).bytes(previous).u64(seq).bytes(opId).u64(recvUs).finish());
}
