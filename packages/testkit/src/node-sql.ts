// node:sqlite as the log store asks for it, so that the object's store is tested where there is no object.
import { DatabaseSync } from "node:sqlite";
import type { Sql } from "@reed/room";

export interface NodeSql extends Sql {
  close(): void;
}

/** Opens the database in the file `path`, or in memory with ":memory:". */
export function openNodeSql(path: string): NodeSql {
  const database = new DatabaseSync(path);
  return {
    run: (statement, ...values) => database.prepare(statement).all(...values),
    transaction(work) {
      database.exec("BEGIN");
      try {
        work();
        database.exec("COMMIT");
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => database.close(),
  };
}
