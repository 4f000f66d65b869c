// What is known of positions and ops, wherever it is: in memory for the newest, in rows that wait to be dropped, in the archive.
import type { Ledger, Op, SyncLogStore, Verdict } from "@reed/log";
import type { Archive } from "./archive.ts";

export class Past {
  readonly #log: SyncLogStore;
  readonly #archive: Archive;

  constructor(log: SyncLogStore, archive: Archive) {
    this.#log = log;
    this.#archive = archive;
  }

  /** The chain value at `seq`; null beyond the head, and where nothing is left of it. */
  chainAt(seq: number, ledger: Ledger): Uint8Array | null {
    if (seq > ledger.head.seq) return null;
    return ledger.chainAt(seq) ?? this.#rowAt(seq)?.chain ?? this.#archive.chainAt(seq);
  }

  /** Whether the log still has every row after `seq`. */
  hasAllAfter(seq: number): boolean {
    return seq >= this.#log.firstSeq() - 1;
  }

  /**
   * The position of an op that the ledger refused with `verdict` though it may be in the log, below what the ledger remembers:
   * its author has got as far before. null: it is not.
   */
  seqOf(op: Op, verdict: Verdict, ledger: Ledger): number | null {
    if (verdict.type !== "refused" || ledger.baseSeq === 0) return null;
    const isOld = verdict.fault === "counter" || verdict.fault === "behind";
    return isOld && op.ctr <= (ledger.author(op.author)?.ctr ?? 0) ? this.#archive.seqOf(op.opId) : null;
  }

  /** Envelope of the log's first op. Throws where neither log nor archive has it. */
  genesis(): Uint8Array {
    const genesis = this.#rowAt(1)?.envelope ?? this.#archive.genesis();
    if (genesis === null) throw new Error("the log has lost its genesis");
    return genesis;
  }

  #rowAt(seq: number): { readonly chain: Uint8Array; readonly envelope: Uint8Array } | null {
    const [row] = this.#log.read(seq, 1);
    return row?.seq === seq ? row : null;
  }
}
