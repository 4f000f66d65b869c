// The positions of a log that are still in memory: chain_at(seq) and the seq of each op id, from a base on. What lies below the
// base was folded into a snapshot. The chain values are packed, 32 bytes a position and no object for each.
import type { Cursor } from "./chain.ts";
import { HASH_BYTES, type Hex, hexKey } from "./ids.ts";

export class Positions {
  #packed = new Uint8Array(64 * HASH_BYTES);
  #count = 0;
  #baseSeq: number;
  readonly #seqs = new Map<Hex, number>();

  /** `base`: the newest position that the rest continues. */
  constructor(base: Cursor) {
    this.#baseSeq = base.seq;
    this.#add(base.chain);
  }

  /** The oldest position whose chain value is known. */
  get baseSeq(): number {
    return this.#baseSeq;
  }

  get headSeq(): number {
    return this.#baseSeq + this.#count - 1;
  }

  push(chain: Uint8Array, opId: Uint8Array): void {
    this.#add(chain);
    this.#seqs.set(hexKey(opId), this.headSeq);
  }

  /** The chain value at `seq`, or null below the base and beyond the head. */
  chainAt(seq: number): Uint8Array | null {
    if (seq < this.#baseSeq || seq > this.headSeq) return null;
    const at = (seq - this.#baseSeq) * HASH_BYTES;
    return this.#packed.slice(at, at + HASH_BYTES);
  }

  seqOf(opId: Uint8Array): number | null {
    return this.#seqs.get(hexKey(opId)) ?? null;
  }

  /** Forgets what lies below `seq`, which becomes the base. */
  trimTo(seq: number): void {
    const drop = Math.min(seq, this.headSeq) - this.#baseSeq;
    if (drop <= 0) return;
    this.#packed = this.#packed.slice(drop * HASH_BYTES);
    this.#count -= drop;
    this.#baseSeq += drop;
    for (const [opId, at] of this.#seqs) {
      if (at > this.#baseSeq) break;
      this.#seqs.delete(opId);
    }
  }

  #add(chain: Uint8Array): void {
    const offset = this.#count * HASH_BYTES;
    if (offset >= this.#packed.length) {
      const grown = new Uint8Array(Math.max(64 * HASH_BYTES, this.#packed.length * 2));
      grown.set(this.#packed);
      this.#packed = grown;
    }
    this.#packed.set(chain, offset);
    this.#count += 1;
  }
}
