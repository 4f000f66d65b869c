// D1 as a backup, and back. Tables are read one after the other while people go on, those that point at others before the ones they
// point at: so whoever is pointed at is there, but for what was deleted meanwhile, and rows that point at nothing are left out when
// they come back.
import type { SqlRow, SqlValue } from "@reed/room";
import * as v from "valibot";
import { type BackupHeader, BackupError, BackupReader, BackupWriter } from "./backup-format.ts";
import { linesOf, streamOf } from "./backup-stream.ts";

const PAGE_ROWS = 500;
/** A statement takes at most 100 values, and a batch should not hold the database up. */
const BATCH_ROWS = 100;
const MIGRATIONS = "d1_migrations";

export function platformBackup(db: D1Database, nowMs: number): ReadableStream<Uint8Array> {
  return streamOf(linesOfPlatform(db, nowMs));
}

async function* linesOfPlatform(db: D1Database, nowMs: number): AsyncGenerator<string, void> {
  const writer = new BackupWriter();
  const tables = await tablesOf(db);
  yield writer.header({ kind: "platform", name: null, steps: 0, atMs: nowMs, seq: null });
  for (const { name, key } of tables) {
    for (let last: readonly SqlValue[] | null = null; ;) {
      const rows: readonly SqlRow[] = await pageOf(db, name, key, last);
      yield writer.rows(name, rows);
      const end = rows.at(-1);
      if (end === undefined || rows.length < PAGE_ROWS) break;
      last = key.map((column) => valueOf(end[column]));
    }
  }
  yield writer.end();
}

export interface PlatformRestored {
  readonly header: BackupHeader;
  readonly rows: number;
  /** Rows that pointed at what is not there. */
  readonly leftOut: number;
}

/** Into a database that has its tables and nothing in them but what is the same. Rows that are there already are replaced. */
export async function restorePlatform(db: D1Database, stream: ReadableStream<Uint8Array>): Promise<PlatformRestored> {
  const reader = new BackupReader();
  const lines = linesOf(stream);
  const first = await lines.next();
  const header = reader.header(first.done === true ? "" : first.value);
  if (header.kind !== "platform") throw new BackupError("this is the backup of something else");
  const tables = (await tablesOf(db)).map(({ name }) => name);
  const waiting = new Map<string, D1PreparedStatement[]>(tables.map((name) => [name, []]));
  for await (const line of lines) {
    const part = reader.part(line);
    if (part?.type !== "row") continue;
    const columns = part.columns.map((column) => `"${column}"`).join(", ");
    const places = part.columns.map(() => "?").join(", ");
    const insert = `INSERT OR REPLACE INTO "${part.table}" (${columns}) VALUES (${places})`;
    const statements = waiting.get(part.table);
    if (statements === undefined) throw new BackupError("this release has no such table");
    statements.push(db.prepare(insert).bind(...part.values));
  }
  if (!reader.isWhole) throw new BackupError("the backup is cut off");
  let [rows, leftOut] = [0, 0];
  for (const name of tables.toReversed()) {
    const statements = waiting.get(name) ?? [];
    for (let from = 0; from < statements.length; from += BATCH_ROWS) {
      const batch = statements.slice(from, from + BATCH_ROWS);
      const refused = await runBatch(db, batch);
      rows += batch.length - refused;
      leftOut += refused;
    }
  }
  return { header, rows, leftOut };
}

/** How many were refused. A batch is all or nothing, so one that fails is tried row by row, twice: rows may point at each other. */
async function runBatch(db: D1Database, batch: readonly D1PreparedStatement[]): Promise<number> {
  try {
    await db.batch([db.prepare("PRAGMA defer_foreign_keys = on"), ...batch]);
    return 0;
  } catch {
    let left = batch;
    for (let round = 0; round < 2; round += 1) {
      const refused: D1PreparedStatement[] = [];
      for (const statement of left) await statement.run().catch(() => refused.push(statement));
      left = refused;
    }
    return left.length;
  }
}

interface Table {
  readonly name: string;
  /** Columns of its primary key, in order. */
  readonly key: readonly string[];
}

/** Those that point at others first. */
async function tablesOf(db: D1Database): Promise<readonly Table[]> {
  const { results } = await db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all();
  const names = results
    .map((row) => v.parse(v.object({ name: v.string() }), row).name)
    .filter((name) => !name.startsWith("_cf_") && name !== MIGRATIONS);
  const targets = new Map<string, readonly string[]>();
  const keys = new Map<string, readonly string[]>();
  for (const name of names) {
    targets.set(name, await columnOf(db, `PRAGMA foreign_key_list("${name}")`, "table"));
    const info = await db.prepare(`PRAGMA table_info("${name}")`).all();
    const columns = info.results.map((row) => v.parse(v.object({ name: v.string(), pk: v.number() }), row));
    const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
    if (key.length === 0) throw new Error(`the table ${name} has no primary key to be read by`);
    keys.set(
      name,
      key.map((column) => column.name),
    );
  }
  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (ordered.includes(name)) return;
    for (const target of targets.get(name) ?? []) if (target !== name) visit(target);
    ordered.push(name);
  };
  for (const name of names) visit(name);
  return ordered.toReversed().map((name) => ({ name, key: keys.get(name) ?? [] }));
}

async function columnOf(db: D1Database, query: string, column: string): Promise<readonly string[]> {
  const { results } = await db.prepare(query).all();
  return results.map((row) => v.parse(v.string(), row[column]));
}

async function pageOf(
  db: D1Database,
  table: string,
  key: readonly string[],
  after: readonly SqlValue[] | null,
): Promise<readonly SqlRow[]> {
  const columns = key.map((column) => `"${column}"`).join(", ");
  const where = after === null ? "" : `WHERE (${columns}) > (${key.map(() => "?").join(", ")})`;
  const statement = db.prepare(`SELECT * FROM "${table}" ${where} ORDER BY ${columns} LIMIT ${PAGE_ROWS}`);
  return (await statement.bind(...(after ?? [])).all()).results;
}

function valueOf(value: unknown): SqlValue {
  if (Array.isArray(value)) return Uint8Array.from(v.parse(v.array(v.number()), value));
  return v.parse(v.union([v.string(), v.number()]), value);
}
