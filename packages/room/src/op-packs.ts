// The ops whose rows were dropped, 40 bytes each: id and receive time, packed into one row for each run of them, with the chain
// value that the run continues. So the chain value of any old position can be worked out again, and an op that comes once more
// is known (docs/spec/storage.md, S20-S23).
import { equalBytes, Reader, Writer } from "@reed/bytes";
import { extendChain, HASH_BYTES, type LogRow, type Sha256 } from "@reed/log";
import { blobOf, integerOf, type Sql } from "./sql.ts";

export const OP_INDEX_TABLE = `CREATE TABLE IF NOT EXISTS op_index (
  first_seq INTEGER PRIMARY KEY,
  chain BLOB NOT NULL,
  ops BLOB NOT NULL
)`;

/** One row written for so many rows dropped, and at most so many hashes for a chain value. */
export const PACK_ROWS = 512;
/** An op that comes again is looked for in so many of the newest packs: 32 768 ops, some 1.3 MB. */
const SCANNED_PACKS = 64;
const ENTRY_BYTES = HASH_BYTES + 8;

export type PackableRow = Omit<LogRow, "envelope">;

export class OpPacks {
  readonly #sql: Sql;
  readonly #sha256: Sha256;

  /** The table must be there. */
  constructor(sql: Sql, sha256: Sha256) {
    this.#sql = sql;
    this.#sha256 = sha256;
  }

  /** Packs rows that continue the packed ones. Throws, and writes nothing, where they do not lead to their own chain values. */
  add(rows: readonly PackableRow[]): void {
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return;
    const before = first.seq === 1 ? first.opId : this.chainAt(first.seq - 1);
    if (before === null) throw new RangeError(`row ${first.seq} does not continue what is packed`);
    const writer = new Writer(rows.length * ENTRY_BYTES);
    for (const { opId, recvUs } of rows) writer.bytes(opId).u64(recvUs);
    const ops = writer.finish();
    if (!equalBytes(this.#chainAfter(before, first.seq, ops, last.seq), last.chain))
      throw new RangeError(`rows ${first.seq} to ${last.seq} do not lead to their chain value`);
    this.#sql.run("INSERT INTO op_index (first_seq, chain, ops) VALUES (?, ?, ?)", first.seq, before, ops);
  }

  chainAt(seq: number): Uint8Array | null {
    const [row] = this.#sql.run(
      "SELECT first_seq, chain, ops FROM op_index WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1",
      seq,
    );
    if (row === undefined) return null;
    const firstSeq = integerOf(row, "first_seq");
    const ops = blobOf(row, "ops");
    return seq < firstSeq + ops.length / ENTRY_BYTES
      ? this.#chainAfter(blobOf(row, "chain"), firstSeq, ops, seq)
      : null;
  }

  seqOf(opId: Uint8Array): number | null {
    const rows = this.#sql.run(
      `SELECT first_seq, instr(ops, ?) AS place, ops FROM
         (SELECT first_seq, ops FROM op_index ORDER BY first_seq DESC LIMIT ${SCANNED_PACKS})
       WHERE place > 0`,
      opId,
    );
    for (const row of rows) {
      const at = entryOf(blobOf(row, "ops"), opId);
      if (at !== null) return integerOf(row, "first_seq") + at;
    }
    return null;
  }

  #chainAfter(before: Uint8Array, firstSeq: number, ops: Uint8Array, throughSeq: number): Uint8Array {
    const reader = new Reader(ops);
    let chain = before;
    for (let seq = firstSeq; seq <= throughSeq; seq += 1)
      chain = extendChain(chain, seq, reader.bytes(HASH_BYTES), reader.u64(), this.#sha256);
    return chain;
  }
}

/** Which entry of a pack is `opId`'s: bytes that match elsewhere do not count. */
function entryOf(ops: Uint8Array, opId: Uint8Array): number | null {
  for (let at = 0; at < ops.length; at += ENTRY_BYTES)
    if (equalBytes(ops.subarray(at, at + HASH_BYTES), opId)) return at / ENTRY_BYTES;
  return null;
}
