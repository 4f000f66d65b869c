// The newest ops, for all the sockets that still have to get them. It reaches back to the position that the slowest socket has
// which keeps up, but no further than a few pages; whoever needs older ops reads them from the log.
import type { CompactOp, LogRow } from "@reed/log";
import { type Delivered, MAX_PAGE_BYTES } from "@reed/protocol";

/** A row with what its op comes down to for those who stand right before it; null where they get it whole. */
export interface AcceptedRow extends LogRow {
  readonly compact: CompactOp | null;
}

export interface TailEntry extends AcceptedRow {
  /** The socket over which it came; null where it came otherwise. */
  readonly connection: number | null;
}

const MAX_ROWS = 2048;
const MAX_BYTES = 4 * MAX_PAGE_BYTES;
/** Of an item beside its op. */
const ITEM_BYTES = 13;

export class Tail {
  #entries: TailEntry[] = [];
  #bytes = 0;

  /** Rows read from the log, as if they had just come in from elsewhere. */
  static of(rows: readonly LogRow[]): readonly TailEntry[] {
    return rows.map((row) => ({ ...row, compact: null, connection: null }));
  }

  /** Rows that continue it, and the socket they came over. */
  add(rows: readonly AcceptedRow[], connection: number | null): void {
    for (const row of rows) {
      const entry = { ...row, connection };
      this.#entries.push(entry);
      this.#bytes += bytesOf(entry);
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
      this.#bytes -= bytesOf(entry);
      count += 1;
    }
    if (count > 0) this.#entries = this.#entries.slice(count);
  }
}

/** What `entry` takes in a message at most. */
export function bytesOf({ envelope }: TailEntry): number {
  return envelope.length + ITEM_BYTES;
}

/** What `entry` looks like to the socket `connection`: its own ops are named by their id alone. */
export function itemFor(entry: TailEntry, connection: number | null, isCompact: boolean): Delivered {
  const { recvUs, opId, envelope, compact } = entry;
  if (connection !== null && entry.connection === connection) return { type: "own", recvUs, opId };
  if (isCompact && compact !== null) return { type: "compact", recvUs, bytes: compact.bytes };
  return { type: "op", recvUs, envelope };
}
