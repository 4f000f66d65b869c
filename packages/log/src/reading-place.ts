// Where a replica stands while it reads a delivery: what its ledger will know after the ops that it has read so far, before any
// of them is taken. The log goes on here as the server wrote it, so every op counts that is in it (docs/spec/wire.md, W57).
import { type Cursor, extendChain } from "./chain.ts";
import type { CompactPlace } from "./compact-op.ts";
import { shortKeyOf } from "./authors.ts";
import type { Sha256 } from "./hash.ts";
import { type Hex, hexKey } from "./ids.ts";
import type { Ledger } from "./ledger.ts";
import type { Op } from "./op.ts";

export class ReadingPlace implements CompactPlace {
  readonly docId: Uint8Array;
  readonly #ledger: Ledger;
  readonly #sha256: Sha256;
  readonly #from: Cursor;
  readonly #chains: Uint8Array[] = [];
  readonly #lines = new Map<Hex, { readonly ctr: number; readonly opId: Uint8Array }>();
  readonly #newcomers = new Map<number, Uint8Array | null>();
  #control: { readonly opId: Uint8Array } | null;

  /** `ledger` must not change while this is used. */
  constructor(ledger: Ledger, sha256: Sha256) {
    this.docId = ledger.docId;
    this.#ledger = ledger;
    this.#sha256 = sha256;
    this.#from = ledger.head;
    this.#control = ledger.control;
  }

  get head(): Cursor {
    const seq = this.#from.seq + this.#chains.length;
    return { seq, chain: this.#chains.at(-1) ?? this.#from.chain };
  }

  get control(): { readonly opId: Uint8Array } | null {
    return this.#control;
  }

  author(device: Uint8Array): { readonly ctr: number; readonly opId: Uint8Array } | null {
    return this.#lines.get(hexKey(device)) ?? this.#ledger.author(device);
  }

  deviceNamed(shortKey: number): Uint8Array | null {
    const newcomer = this.#newcomers.get(shortKey);
    return newcomer === undefined ? this.#ledger.deviceNamed(shortKey) : newcomer;
  }

  chainAt(seq: number): Uint8Array | null {
    return seq > this.#from.seq ? (this.#chains[seq - this.#from.seq - 1] ?? null) : this.#ledger.chainAt(seq);
  }

  /** `op` comes next. */
  push(op: Op, recvUs: number): void {
    const { seq, chain } = this.head;
    this.#chains.push(extendChain(chain, seq + 1, op.opId, recvUs, this.#sha256));
    if (this.author(op.author) === null) {
      const shortKey = shortKeyOf(op.author);
      const isTaken = this.deviceNamed(shortKey) !== null || this.#newcomers.has(shortKey);
      this.#newcomers.set(shortKey, isTaken ? null : op.author);
    }
    this.#lines.set(hexKey(op.author), op);
    if (op.type === "control") this.#control = op;
  }
}
