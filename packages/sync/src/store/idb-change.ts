// One change of what the device keeps of a note, inside one transaction (docs/spec/storage.md, S7, S36-S38).
import type { IDBPObjectStore, IDBPTransaction } from "idb";
import { equalBytes } from "@reed/bytes";
import type { LogRow, NoteId } from "@reed/log";
import type { Checkpoint } from "../engine/checkpoint.ts";
import type { StoreChange } from "../engine/effect.ts";
import { all } from "./idb-connection.ts";
import { appendRows, dropThrough, firstSeqIn, lastSeqIn } from "./idb-log.ts";
import { keysOf, type ReedSchema } from "./idb-schema.ts";

export const CHANGED_STORES = ["log", "outbox", "in_flight", "counters", "checkpoints"] as const;

type ChangedStores = typeof CHANGED_STORES;
type ChangeTransaction = Pick<IDBPTransaction<ReedSchema, ChangedStores, "readwrite">, "objectStore">;
type Counters = IDBPObjectStore<ReedSchema, ChangedStores, "counters", "readwrite">;

/** Throws a RangeError where the rows do not continue the log. `isAgain`: the change may have been made already. */
export async function makeChange(
  transaction: ChangeTransaction,
  noteId: NoteId,
  change: StoreChange,
  isAgain: boolean,
): Promise<void> {
  const { addOutbox, ctr } = change;
  const outbox = transaction.objectStore("outbox");
  const inFlight = transaction.objectStore("in_flight");
  await all([
    () => changeLog(transaction, noteId, change, isAgain),
    ...(addOutbox === undefined ? [] : [() => outbox.put({ ...addOutbox, noteId })]),
    ...(change.removeOutbox ?? []).map((id) => () => outbox.delete([noteId, id])),
    ...(change.addInFlight ?? []).map((item) => () => inFlight.put({ ...item, noteId })),
    ...(change.removeInFlight ?? []).map((key) => () => inFlight.delete([noteId, key])),
    ...(ctr === undefined ? [] : [() => raiseCounter(transaction.objectStore("counters"), noteId, ctr)]),
  ]);
}

async function changeLog(
  transaction: ChangeTransaction,
  noteId: NoteId,
  { dropRows, checkpoint, rows }: StoreChange,
  isAgain: boolean,
): Promise<void> {
  if (dropRows === true) await transaction.objectStore("log").delete(keysOf(noteId));
  if (checkpoint !== undefined) await replaceCheckpoint(transaction, noteId, checkpoint);
  if (rows === undefined || rows.length === 0) return;
  const log = transaction.objectStore("log");
  if (isAgain && (await isKept(log, noteId, rows))) return;
  const lastSeq = (await lastSeqIn(log, noteId)) ?? (await checkpointSeq(transaction, noteId));
  await appendRows(log, noteId, rows, lastSeq);
}

async function replaceCheckpoint(
  transaction: ChangeTransaction,
  noteId: NoteId,
  { at, ledger, document }: Checkpoint,
): Promise<void> {
  const log = transaction.objectStore("log");
  const checkpoints = transaction.objectStore("checkpoints");
  await all([
    () => dropThrough(log, noteId, at.seq),
    () => checkpoints.delete(keysOf(noteId)),
    () => checkpoints.put({ noteId, ...at, ledger, document }),
  ]);
  const firstSeq = await firstSeqIn(log, noteId);
  if (firstSeq !== null && firstSeq !== at.seq + 1)
    throw new RangeError(`row ${firstSeq} does not continue the checkpoint at ${at.seq}`);
}

/** 0 where there is no checkpoint. Reads its key alone: what it holds is large. */
async function checkpointSeq(transaction: ChangeTransaction, noteId: NoteId): Promise<number> {
  return (await transaction.objectStore("checkpoints").openKeyCursor(keysOf(noteId)))?.key[1] ?? 0;
}

/** Rows are kept all or none, so the last one tells. */
async function isKept(
  log: IDBPObjectStore<ReedSchema, ChangedStores, "log", "readwrite">,
  noteId: NoteId,
  rows: readonly LogRow[],
): Promise<boolean> {
  const last = rows.at(-1);
  if (last === undefined) return true;
  const kept = await log.get([noteId, last.seq]);
  const newest = kept?.rows.at(-1);
  return newest !== undefined && equalBytes(newest.chain, last.chain);
}

async function raiseCounter(counters: Counters, noteId: NoteId, ctr: number): Promise<void> {
  const known = (await counters.get(noteId))?.ctr ?? 0;
  await counters.put({ noteId, ctr: Math.max(known, ctr) });
}
