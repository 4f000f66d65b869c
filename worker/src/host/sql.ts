// The object's SQLite as the room's `Sql`.
import type { Sql, SqlRow, SqlValue } from "@reed/room";

export class StorageSql implements Sql {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  run(statement: string, ...values: readonly SqlValue[]): readonly SqlRow[] {
    return this.#storage.sql.exec(statement, ...values).toArray();
  }

  transaction(work: () => void): void {
    this.#storage.transactionSync(work);
  }
}
