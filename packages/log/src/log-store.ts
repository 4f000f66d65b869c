// Where ops rest. One row an op and the same columns everywhere: memory, IndexedDB, the object's SQLite, node:sqlite. A log is
// append-only and dense; its oldest rows may go once a snapshot has them. The contract suite in packages/testkit holds every
// implementation to that.

export interface LogRow {
  /** Position in the log, from 1, without gaps. */
  readonly seq: number;
  /** When the server received the op, µs. */
  readonly recvUs: number;
  /** 32 bytes. */
  readonly opId: Uint8Array;
  /** chain_at(seq), 32 bytes. */
  readonly chain: Uint8Array;
  /** The op as it was signed. */
  readonly envelope: Uint8Array;
}

/**
 * A store answers at once (SQLite, memory) or later (IndexedDB); callers that must not wait ask for SyncLogStore.
 * `append` takes rows that continue the log (`seq` = last + 1, +2, …) and keeps all of them or none; anything else throws a
 * RangeError and changes nothing. `read` gives rows from `fromSeq` on, at most `limit`, in order. `firstSeq` is the oldest row's
 * position, or last + 1 where there is none. `drop` takes away the oldest rows up to `throughSeq`, at most `limit` of them and
 * never the newest row, and returns how many went.
 */
export interface LogStore {
  append(rows: readonly LogRow[]): void | Promise<void>;
  read(fromSeq: number, limit: number): readonly LogRow[] | Promise<readonly LogRow[]>;
  lastSeq(): number | Promise<number>;
  firstSeq(): number | Promise<number>;
  drop(throughSeq: number, limit: number): number | Promise<number>;
}

export interface SyncLogStore extends LogStore {
  append(rows: readonly LogRow[]): void;
  read(fromSeq: number, limit: number): readonly LogRow[];
  lastSeq(): number;
  firstSeq(): number;
  drop(throughSeq: number, limit: number): number;
}

/** Throws a RangeError unless `rows` continue a log whose last position is `lastSeq`. */
export function assertContinues(rows: readonly LogRow[], lastSeq: number): void {
  rows.forEach((row, index) => {
    if (row.seq !== lastSeq + 1 + index)
      throw new RangeError(`row ${row.seq} does not continue the log at ${lastSeq + index}`);
  });
}

/** How many of the rows from `firstSeq` to `lastSeq` a call of `drop` takes away. */
export function countDropped(
  { firstSeq, lastSeq }: { readonly firstSeq: number; readonly lastSeq: number },
  throughSeq: number,
  limit: number,
): number {
  return Math.max(0, Math.min(throughSeq, lastSeq - 1, firstSeq + limit - 1) - firstSeq + 1);
}
