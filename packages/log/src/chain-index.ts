// chain_at(seq) for every position from 0 to the head, packed: 32 bytes a position and no object for each.
import { HASH_BYTES } from "./ids.ts";

export class ChainIndex {
  #packed = new Uint8Array(64 * HASH_BYTES);
  #count = 0;

  constructor(origin: Uint8Array) {
    this.push(origin);
  }

  /** The newest position. */
  get headSeq(): number {
    return this.#count - 1;
  }

  push(chain: Uint8Array): void {
    const offset = this.#count * HASH_BYTES;
    if (offset === this.#packed.length) {
      const grown = new Uint8Array(this.#packed.length * 2);
      grown.set(this.#packed);
      this.#packed = grown;
    }
    this.#packed.set(chain, offset);
    this.#count += 1;
  }

  /** The chain value at `seq`, or null beyond the head. */
  at(seq: number): Uint8Array | null {
    if (seq < 0 || seq > this.headSeq) return null;
    return this.#packed.slice(seq * HASH_BYTES, (seq + 1) * HASH_BYTES);
  }
}
