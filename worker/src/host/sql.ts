// The object's SQLite as the room's `Sql`.
import type { Sql, SqlRow, SqlValue } from "@reed/room";

export class StorageSql implements Sql {
  readonly #storage: DurableObjectStorage;
  readonly #onWrite: (rows: number) => void;

  /** `onWrite` is told of rows that a statement wrote. */
  constructor(storage: DurableObjectStorage, onWrite: (rows: number) => void = () => undefined) {
    this.#storage = storage;
    this.#onWrite = onWrite;
  }

  run(statement: string, ...values: readonly SqlValue[]): readonly SqlRow[] {
    const cursor = this.#storage.sql.exec(statement, ...values);
    const rows = cursor.toArray();
    if (cursor.rowsWritten > 0) this.#onWrite(cursor.rowsWritten);
    return rows;
  }

  transaction(work: () => void): void {
    this.#storage.transactionSync(work);
  }
}
