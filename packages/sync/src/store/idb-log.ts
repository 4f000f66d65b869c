// The rows of one note's log in IndexedDB.
import { assertContinues, countDropped, type LogRow, type LogStore, type NoteId } from "@reed/log";
import { all, type IdbConnection, inTransaction } from "./idb-connection.ts";
import { keysOf, type ReedSchema } from "./idb-schema.ts";

interface Rows {
  add(row: ReedSchema["log"]["value"]): Promise<unknown>;
}

interface RowKeys {
  openKeyCursor(
    query: IDBKeyRange,
    direction?: "prev",
  ): Promise<{ readonly key: readonly [noteId: NoteId, seq: number] } | null>;
}

/** Null where there is no row. */
export async function firstSeqIn(log: RowKeys, noteId: NoteId): Promise<number | null> {
  return (await log.openKeyCursor(keysOf(noteId)))?.key[1] ?? null;
}

export async function lastSeqIn(log: RowKeys, noteId: NoteId): Promise<number | null> {
  return (await log.openKeyCursor(keysOf(noteId), "prev"))?.key[1] ?? null;
}

/** Throws a RangeError unless `rows` continue the log at `lastSeq`. */
export async function appendRows(log: Rows, noteId: NoteId, rows: readonly LogRow[], lastSeq: number): Promise<void> {
  assertContinues(rows, lastSeq);
  await all(rows.map((row) => () => log.add({ ...row, noteId })));
}

/** The log of one note by itself, from its first op on, as the contract suite tests it. */
export function idbLog(connection: IdbConnection, noteId: NoteId): LogStore {
  return {
    append: (rows) =>
      connection.use((database) => {
        const transaction = database.transaction("log", "readwrite", { durability: "strict" });
        return inTransaction(transaction, async () =>
          appendRows(transaction.store, noteId, rows, (await lastSeqIn(transaction.store, noteId)) ?? 0),
        );
      }),
    // A count of 0 means "all" to IndexedDB.
    read: (fromSeq, limit) =>
      limit === 0
        ? []
        : connection.use((database) =>
            database.getAll("log", IDBKeyRange.bound([noteId, fromSeq], [noteId, Infinity]), limit),
          ),
    lastSeq: () =>
      connection.use(async (database) => (await lastSeqIn(database.transaction("log").store, noteId)) ?? 0),
    firstSeq: () =>
      connection.use(async (database) => (await firstSeqIn(database.transaction("log").store, noteId)) ?? 1),
    drop: (throughSeq, limit) =>
      connection.use((database) => {
        const transaction = database.transaction("log", "readwrite");
        const log = transaction.store;
        return inTransaction(transaction, async () => {
          const [firstSeq, lastSeq] = await Promise.all([firstSeqIn(log, noteId), lastSeqIn(log, noteId)]);
          const count = countDropped({ firstSeq: firstSeq ?? 1, lastSeq: lastSeq ?? 0 }, throughSeq, limit);
          if (firstSeq !== null && count > 0)
            await log.delete(IDBKeyRange.bound([noteId, firstSeq], [noteId, firstSeq + count - 1]));
          return count;
        });
      }),
  };
}
