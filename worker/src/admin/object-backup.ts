// One object's storage as a backup, and back. What is not the log is read in one step with the log's head; the rows of the log up to
// that head follow in pages, for they never change. So a backup is the object at one moment, however long it takes to be read, and
// writers don't wait for it. Index tables are left out: what they hold is made anew from the rest.
import { integerOf, type Sql, type SqlValue } from "@reed/room";
import * as v from "valibot";
import { migrate, type Steps, stepsDone } from "../host/migrations.ts";
import { type BackupHeader, type BackupKind, BackupError, BackupReader, BackupWriter } from "./backup-format.ts";
import { linesOf, streamOf } from "./backup-stream.ts";
import { gatherLines } from "./gather-lines.ts";

const LOG = "log";
/** What names an object is written last, so that one that was filled by half is nobody's. */
const NAME = "name";
const PAGE_ROWS = 64;
const BATCH_ROWS = 256;
/** Of all that is not the log. Larger objects have the platform's own recovery. */
const MAX_HELD_BYTES = 48 * 1024 * 1024;

export interface BackupOptions {
  readonly sql: Sql;
  readonly kind: Exclude<BackupKind, "platform">;
  readonly name: string | null;
  readonly blobs: Pick<R2Bucket, "get" | "put"> | null;
  readonly nowMs: number;
}

/** Throws, or ends in an error, where rows of the log are folded away meanwhile; it may be tried again. */
export function backupOf(options: BackupOptions): ReadableStream<Uint8Array> {
  return streamOf(linesOfObject(options));
}

async function* linesOfObject({ sql, kind, name, blobs, nowMs }: BackupOptions): AsyncGenerator<string, void> {
  const writer = new BackupWriter();
  const tables = tablesOf(sql);
  const hasLog = tables.includes(LOG);
  const [firstSeq, lastSeq] = hasLog ? [boundOf(sql, "min"), boundOf(sql, "max")] : [1, 0];
  const held = gatherLines(MAX_HELD_BYTES);
  held.add(writer.header({ kind, name, steps: stepsDone(sql), atMs: nowMs, seq: hasLog ? lastSeq : null }));
  for (const table of tables)
    if (table !== LOG) for (const row of sql.run(`SELECT * FROM "${table}"`)) held.add(writer.rows(table, [row]));
  const keys = tables.includes("snapshots")
    ? sql
        .run("SELECT blob_key FROM snapshots WHERE blob_key IS NOT NULL")
        .map((row) => v.parse(v.string(), row["blob_key"]))
    : [];
  yield* held.lines;
  for (let seq = firstSeq; seq <= lastSeq;) {
    const rows = sql.run("SELECT * FROM log WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?", seq, lastSeq, PAGE_ROWS);
    const [first] = rows;
    if (first === undefined || integerOf(first, "seq") !== seq) throw new BackupError("the log was folded meanwhile");
    yield writer.rows(LOG, rows);
    seq += rows.length;
  }
  for (const key of keys) {
    const blob = await blobs?.get(key);
    if (blob === null || blob === undefined) throw new BackupError("a snapshot's blob is missing");
    yield writer.blob(key, new Uint8Array(await blob.arrayBuffer()));
  }
  yield writer.end();
}

export interface RestoreOptions extends Omit<BackupOptions, "nowMs"> {
  readonly steps: Steps;
  /** Tables of an object that had no steps behind it. */
  readonly otherTables: readonly string[];
}

/**
 * Fills an object that holds nothing. Its tables come to be as they were when the backup was made, and are brought up to date when
 * it wakes. Throws a BackupError for a file that is not a whole backup of this object; what is there then must be wiped.
 */
export async function restoreInto(stream: ReadableStream<Uint8Array>, options: RestoreOptions): Promise<BackupHeader> {
  const { sql, kind, name, blobs, steps, otherTables } = options;
  const reader = new BackupReader();
  const lines = linesOf(stream);
  const first = await lines.next();
  const header = reader.header(first.done === true ? "" : first.value);
  if (header.kind !== kind || header.name !== name) throw new BackupError("this is the backup of something else");
  if (header.steps > steps.length) throw new BackupError("this backup is of a newer release");
  if (header.steps > 0) migrate(sql, steps.slice(0, header.steps));
  else for (const table of otherTables) sql.run(table);
  const tables = new Set(tablesOf(sql));
  for (const table of tables) sql.run(`DELETE FROM "${table}"`);
  const rows = new RowBatch(sql, tables);
  for await (const line of lines) {
    const part = reader.part(line);
    if (part?.type === "row") rows.add(part.table, part.columns, part.values);
    if (part?.type !== "blob") continue;
    if (blobs === null) throw new BackupError("there is no place for blobs");
    await blobs.put(part.key, part.bytes);
  }
  if (!reader.isWhole) throw new BackupError("the backup is cut off");
  rows.finish();
  return header;
}

/** Tables of the object's own: without the platform's, and without those of its text index. */
export function tablesOf(sql: Sql): readonly string[] {
  const found = sql
    .run("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .map((row) => v.parse(v.object({ name: v.string(), sql: v.nullable(v.string()) }), row));
  const virtual = found.filter((table) => /^CREATE VIRTUAL/i.test(table.sql ?? "")).map((table) => table.name);
  return found
    .map((table) => table.name)
    .filter((table) => !/^(?:_|sqlite_)/.test(table))
    .filter((table) => !virtual.some((index) => table === index || table.startsWith(`${index}_`)));
}

function boundOf(sql: Sql, bound: "min" | "max"): number {
  const [row = {}] = sql.run(`SELECT coalesce(${bound}(seq), 0) AS seq FROM log`);
  return integerOf(row, "seq");
}

class RowBatch {
  readonly #sql: Sql;
  readonly #tables: ReadonlySet<string>;
  readonly #names: (() => void)[] = [];
  #waiting: (() => void)[] = [];

  constructor(sql: Sql, tables: ReadonlySet<string>) {
    this.#sql = sql;
    this.#tables = tables;
  }

  add(table: string, columns: readonly string[], values: readonly SqlValue[]): void {
    if (!this.#tables.has(table)) throw new BackupError("this release has no such table");
    const places = columns.map(() => "?").join(", ");
    const named = columns.map((column) => `"${column}"`).join(", ");
    const insert = (): void => void this.#sql.run(`INSERT INTO "${table}" (${named}) VALUES (${places})`, ...values);
    if (table === NAME) this.#names.push(insert);
    else this.#waiting.push(insert);
    if (this.#waiting.length >= BATCH_ROWS) this.#flush();
  }

  finish(): void {
    this.#waiting.push(...this.#names);
    this.#flush();
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#sql.transaction(() => {
      for (const insert of batch) insert();
    });
  }
}
