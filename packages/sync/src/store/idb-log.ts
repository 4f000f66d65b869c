// The log of one note in IndexedDB. Rows that came together lie in one record: each record costs the page's thread a request and
// an answer.
import { assertContinues, countDropped, type LogRow, type LogStore, type NoteId } from "@reed/log";
import { type IdbConnection, inTransaction } from "./idb-connection.ts";
import { keysOf, type ReedSchema } from "./idb-schema.ts";

type Run = ReedSchema["log"]["value"];

interface Runs {
  add(run: Run): Promise<unknown>;
  put(run: Run): Promise<unknown>;
  delete(query: IDBKeyRange): Promise<unknown>;
  getAll(query: IDBKeyRange, count?: number): Promise<readonly Run[]>;
  openKeyCursor(
    query: IDBKeyRange,
    direction?: "prev",
  ): Promise<{ readonly key: readonly [noteId: NoteId, seq: number] } | null>;
}

/** Null where there is no row. */
export async function firstSeqIn(log: Pick<Runs, "getAll">, noteId: NoteId): Promise<number | null> {
  const [first] = await log.getAll(keysOf(noteId), 1);
  return first?.rows[0]?.seq ?? null;
}

export async function lastSeqIn(log: Pick<Runs, "openKeyCursor">, noteId: NoteId): Promise<number | null> {
  return (await log.openKeyCursor(keysOf(noteId), "prev"))?.key[1] ?? null;
}

/** Throws a RangeError unless `rows` continue the log at `lastSeq`. */
export async function appendRows(
  log: Pick<Runs, "add">,
  noteId: NoteId,
  rows: readonly LogRow[],
  lastSeq: number,
): Promise<void> {
  assertContinues(rows, lastSeq);
  const last = rows.at(-1);
  if (last !== undefined) await log.add({ noteId, seq: last.seq, rows });
}

/** Takes away the rows up to `seq`. */
export async function dropThrough(
  log: Pick<Runs, "delete" | "getAll" | "put">,
  noteId: NoteId,
  seq: number,
): Promise<void> {
  await log.delete(IDBKeyRange.bound([noteId], [noteId, seq]));
  const [first] = await log.getAll(keysOf(noteId), 1);
  const rows = first?.rows.filter((row) => row.seq > seq) ?? [];
  if (first !== undefined && rows.length < first.rows.length) await log.put({ ...first, rows });
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
        : connection.use(async (database) => {
            const runs = await database.getAll("log", IDBKeyRange.bound([noteId, fromSeq], [noteId, Infinity]), limit);
            const rows = runs.flatMap((run) => run.rows);
            return rows.filter(({ seq }) => seq >= fromSeq).slice(0, limit);
          }),
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
          if (firstSeq !== null && count > 0) await dropThrough(log, noteId, firstSeq + count - 1);
          return count;
        });
      }),
  };
}
