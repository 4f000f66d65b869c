// The log in SQLite: one row and one index entry an op, so an op costs one row written. No AUTOINCREMENT (it writes a second
// row) and no secondary index; `seq` is ours to assign.
import { assertContinues, countDropped, type LogRow, type SyncLogStore } from "@reed/log";
import { blobOf, integerOf, type Sql, type SqlRow } from "./sql.ts";

export const LOG_TABLE = `CREATE TABLE IF NOT EXISTS log (
  seq INTEGER PRIMARY KEY,
  recv_us INTEGER NOT NULL,
  op_id BLOB NOT NULL,
  chain BLOB NOT NULL,
  envelope BLOB NOT NULL
)`;

/** One statement costs about as much as five rows of it; the platform binds at most 100 values to one. */
const ROWS_A_STATEMENT = 16;
/** For one row, for two, and so on. */
const INSERTS = Array.from(
  { length: ROWS_A_STATEMENT },
  (_, index) =>
    `INSERT INTO log (seq, recv_us, op_id, chain, envelope) VALUES ${Array.from({ length: index + 1 }, () => "(?, ?, ?, ?, ?)").join(", ")}`,
);

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
    // A statement is all or nothing by itself.
    if (rows.length <= ROWS_A_STATEMENT) this.#insert(rows);
    else
      this.#sql.transaction(() => {
        for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) this.#insert(rows.slice(at, at + ROWS_A_STATEMENT));
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

  firstSeq(): number {
    const [row] = this.#sql.run("SELECT min(seq) AS first_seq FROM log");
    return row === undefined || row["first_seq"] === null ? this.#lastSeq + 1 : integerOf(row, "first_seq");
  }

  /** One statement, so that it may be part of a caller's transaction. */
  drop(throughSeq: number, limit: number): number {
    const firstSeq = this.firstSeq();
    const count = countDropped({ firstSeq, lastSeq: this.#lastSeq }, throughSeq, limit);
    if (count > 0) this.#sql.run("DELETE FROM log WHERE seq < ?", firstSeq + count);
    return count;
  }

  #insert(rows: readonly LogRow[]): void {
    const statement = INSERTS[rows.length - 1];
    if (statement === undefined) return;
    const values = rows.flatMap(({ seq, recvUs, opId, chain, envelope }) => [seq, recvUs, opId, chain, envelope]);
    this.#sql.run(statement, ...values);
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
