// The newest ops, encoded once for all the sockets that still have to get them. It reaches back to the position that the
// slowest socket has which keeps up, but no further than a few pages; whoever needs older ops reads them from the log.
import type { LogRow } from "@reed/log";
import { encodeDelivered, MAX_PAGE_BYTES } from "@reed/protocol";

export interface TailEntry {
  readonly seq: number;
  readonly chain: Uint8Array;
  readonly opId: Uint8Array;
  readonly recvUs: number;
  /** encodeDelivered of the whole op. */
  readonly encoded: Uint8Array;
  /** The socket over which it came; null where it came otherwise. */
  readonly connection: number | null;
}

const MAX_ROWS = 2048;
const MAX_BYTES = 4 * MAX_PAGE_BYTES;

export class Tail {
  #entries: TailEntry[] = [];
  #bytes = 0;

  /** Rows read from the log, as if they had just come in from elsewhere. */
  static of(rows: readonly LogRow[]): readonly TailEntry[] {
    return rows.map((row) => tailEntry(row, null));
  }

  /** Rows that continue it, and the socket they came over. */
  add(rows: readonly LogRow[], connection: number | null): void {
    for (const row of rows) {
      const entry = tailEntry(row, connection);
      this.#entries.push(entry);
      this.#bytes += entry.encoded.length;
    }
  }

  /** The first `limit` entries after `seq`; null where it does not reach back so far. */
  after(seq: number, limit: number): readonly TailEntry[] | null {
    const first = this.#entries[0];
    if (first === undefined || first.seq > seq + 1) return null;
    return this.#entries.slice(seq + 1 - first.seq, seq + 1 - first.seq + limit);
  }

  /** Forgets what lies at or below `seq`, and the oldest of what is more than the tail may hold. */
  trimTo(seq: number): void {
    let count = 0;
    for (const entry of this.#entries) {
      const isOver = this.#bytes > MAX_BYTES || this.#entries.length - count > MAX_ROWS;
      if (entry.seq > seq && !isOver) break;
      this.#bytes -= entry.encoded.length;
      count += 1;
    }
    if (count > 0) this.#entries = this.#entries.slice(count);
  }
}

function tailEntry(row: LogRow, connection: number | null): TailEntry {
  const encoded = encodeDelivered({ type: "op", recvUs: row.recvUs, envelope: row.envelope });
  return { seq: row.seq, chain: row.chain, opId: row.opId, recvUs: row.recvUs, encoded, connection };
}

/** What `entry` looks like to the socket `connection`: its own ops are named by their id alone. */
export function encodedFor(entry: TailEntry, connection: number | null): Uint8Array {
  if (connection === null || entry.connection !== connection) return entry.encoded;
  return encodeDelivered({ type: "own", recvUs: entry.recvUs, opId: entry.opId });
}
