// What a note has on the disk of a local server, for drills and tests that must know what really happened there: rows, packs,
// snapshots, and what the object means to do by itself. Of a running server it only reads. worker/src/host says what the tables are.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type NoteId, noteIdOf } from "@reed/log";

export interface NoteCounts {
  /** Rows of the log that were not dropped, and the positions of the oldest and the newest. */
  readonly rows: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Rows of the index of ops whose rows were dropped. */
  readonly packs: number;
  /** Positions of the snapshots that are installed, the newest first. */
  readonly snapshotSeqs: readonly number[];
}

/** When the object means to do what, ms since the epoch, by kind. */
export type Appointments = ReadonlyMap<string, number>;

/** The file of a note's object; throws where the server never had the note. */
export function noteFile(stateDir: string, noteId: NoteId): string {
  const folder = path.join(stateDir, "v3/do/reed-NoteObject");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)) : [];
  const found = files.map((name) => path.join(folder, name)).find((file) => read(file, nameIn) === noteId);
  if (found === undefined) throw new Error(`no object of ${noteId} in ${stateDir}`);
  return found;
}

/** Counts in `file`; its server must be down. */
export function countNote(file: string): NoteCounts {
  return readCopy(file, (db) => {
    const [log = {}] = rowsOf(db, "SELECT count(*) AS n, min(seq) AS first, max(seq) AS last FROM log");
    const [index = {}] = rowsOf(db, "SELECT count(*) AS n FROM op_index");
    const snapshots = rowsOf(db, "SELECT seq FROM snapshots ORDER BY seq DESC");
    return {
      rows: Number(log["n"]),
      firstSeq: Number(log["first"]),
      lastSeq: Number(log["last"]),
      packs: Number(index["n"]),
      snapshotSeqs: snapshots.map(({ seq }) => Number(seq)),
    };
  });
}

/** What the object in `file` means to do; also while its server runs. */
export function appointmentsIn(file: string): Appointments {
  return read(
    file,
    (db) => new Map(rowsOf(db, "SELECT kind, at FROM due").map(({ kind, at }) => [String(kind), Number(at)])),
  );
}

/**
 * As if time had passed while the server was down: what was meant for later is due at `atMs`, and the alarm rings then. The alarm
 * is workerd's: it keeps the time in the object's own file and in one for all objects, in ns.
 */
export function bringForward(file: string, kind: string, atMs: number): void {
  const at = Math.floor(atMs);
  const alarm = BigInt(at) * 1_000_000n;
  const { changes } = write(file, "UPDATE due SET at = min(at, ?) WHERE kind = ?", at, kind);
  if (changes === 0) return;
  write(file, "UPDATE _cf_METADATA SET value = min(value, ?) WHERE key = 1", alarm);
  const all = path.join(path.dirname(file), "metadata.sqlite");
  write(all, "UPDATE _cf_ALARM SET scheduled_time = min(scheduled_time, ?) WHERE actor_id = ?", alarm, objectIn(file));
}

const objectIn = (file: string): string => path.basename(file, ".sqlite");

function write(file: string, statement: string, ...values: readonly (string | number | bigint)[]) {
  const db = new DatabaseSync(file);
  try {
    return db.prepare(statement).run(...values);
  } finally {
    db.close();
  }
}

type Row = Readonly<Record<string, unknown>>;

const rowsOf = (db: DatabaseSync, query: string): readonly Row[] => db.prepare(query).all();

/** The health check asks an object that has no note, nor the table. */
function nameIn(db: DatabaseSync): NoteId | null {
  if (rowsOf(db, "SELECT 1 FROM sqlite_master WHERE name = 'name'").length === 0) return null;
  const [row] = rowsOf(db, "SELECT id FROM name");
  return row?.["id"] instanceof Uint8Array ? noteIdOf(row["id"]) : null;
}

function read<T>(file: string, ask: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

/** SQLite mends a database whose writer was killed when it is next opened. That is left to the server. */
function readCopy<T>(file: string, ask: (db: DatabaseSync) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "reed-look-"));
  try {
    const copy = path.join(folder, "note.sqlite");
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    const db = new DatabaseSync(copy);
    try {
      return ask(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
