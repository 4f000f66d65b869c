// The log in SQLite: one row and one index entry an op, so an op costs one row written. No AUTOINCREMENT (it writes a second
// row) and no secondary index; `seq` is ours to assign.
import { assertContinues, type LogRow, type SyncLogStore } from "@reed/log";
import { blobOf, integerOf, type Sql, type SqlRow } from "./sql.ts";

export const LOG_TABLE = `CREATE TABLE IF NOT EXISTS log (
  seq INTEGER PRIMARY KEY,
  recv_us INTEGER NOT NULL,
  op_id BLOB NOT NULL,
  chain BLOB NOT NULL,
  envelope BLOB NOT NULL
)`;

export class SqliteLogStore implements SyncLogStore {
  readonly #sql: Sql;
  #lastSeq: number;

  /** The table must be there. */
  constructor(sql: Sql) {
    this.#sql = sql;
    const [row] = sql.run("SELECT coalesce(max(seq), 0) AS last_seq FROM log");
    this.#lastSeq = row === undefined ? 0 : integerOf(row, "last_seq");
  }

  append(rows: readonly LogRow[]): void {
    assertContinues(rows, this.#lastSeq);
    this.#sql.transaction(() => {
      for (const { seq, recvUs, opId, chain, envelope } of rows) {
        this.#sql.run(
          "INSERT INTO log (seq, recv_us, op_id, chain, envelope) VALUES (?, ?, ?, ?, ?)",
          seq,
          recvUs,
          opId,
          chain,
          envelope,
        );
      }
    });
    this.#lastSeq += rows.length;
  }

  read(fromSeq: number, limit: number): readonly LogRow[] {
    return this.#sql
      .run("SELECT seq, recv_us, op_id, chain, envelope FROM log WHERE seq >= ? ORDER BY seq LIMIT ?", fromSeq, limit)
      .map(toLogRow);
  }

  lastSeq(): number {
    return this.#lastSeq;
  }
}

function toLogRow(row: SqlRow): LogRow {
  return {
    seq: integerOf(row, "seq"),
    recvUs: integerOf(row, "recv_us"),
    opId: blobOf(row, "op_id"),
    chain: blobOf(row, "chain"),
    envelope: blobOf(row, "envelope"),
  };
}
