// What a room must find again of what was folded away: where it begins, and that a cursor or an op of long ago was of this log.
import type { Cursor } from "@reed/log";

export interface Archive {
  /** Ledger.save() of the newest installed snapshot, with its position; null before the first. */
  base(): ArchiveBase | null;
  /** chain_at(seq) of a position whose row was dropped; null where it is not known. */
  chainAt(seq: number): Uint8Array | null;
  /** Position of an op whose row was dropped, or lies below the base; null where it is not known. */
  seqOf(opId: Uint8Array): number | null;
  /** Envelope of the log's first op, which every snapshot carries, once there is a snapshot; null before. */
  genesis(): Uint8Array | null;
}

export interface ArchiveBase {
  readonly at: Cursor;
  readonly ledger: Uint8Array;
}

/** Nothing was ever folded away. */
export const EMPTY_ARCHIVE: Archive = {
  base: () => null,
  chainAt: () => null,
  seqOf: () => null,
  genesis: () => null,
};
