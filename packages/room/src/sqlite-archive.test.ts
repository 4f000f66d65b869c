// Snapshots, packs and the rows that go, in one SQLite (docs/spec/storage.md).
import { sha256 } from "@reed/crypto";
import { type Cursor, extendChain, type LogRow } from "@reed/log";
import { openNodeSql } from "@reed/testkit/node-sql";
import { describe, expect, it } from "vitest";
import { PACK_ROWS } from "./op-packs.ts";
import { blobOf, type Sql, type SqlValue } from "./sql.ts";
import {
  ARCHIVE_TABLES,
  MAX_SQL_SNAPSHOT_BYTES,
  type NewSnapshot,
  PART_BYTES,
  SqliteArchive,
} from "./sqlite-archive.ts";
import { LOG_TABLE, SqliteLogStore } from "./sqlite-log-store.ts";

const START_US = 1_767_225_600_000_000;

/** Rows of a log whose chain is right; nothing else of them is. */
function rowsOf(count: number): readonly LogRow[] {
  const rows: LogRow[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const opId = sha256(Uint8Array.of(seq >> 8, seq & 0xff));
    const recvUs = START_US + seq;
    const chain = extendChain(rows.at(-1)?.chain ?? opId, seq, opId, recvUs, sha256);
    rows.push({ seq, recvUs, opId, chain, envelope: Uint8Array.of(seq >> 8, seq & 0xff) });
  }
  return rows;
}

const ROWS = rowsOf(3 * PACK_ROWS + 40);

/** Counts statements and fails at the `failAt`-th, as a crash would; what it was part of is rolled back. */
class FailingSql implements Sql {
  readonly inner: Sql;
  count = 0;
  failAt = Number.POSITIVE_INFINITY;

  constructor(inner: Sql) {
    this.inner = inner;
  }

  run(statement: string, ...values: readonly SqlValue[]) {
    this.count += 1;
    if (this.count >= this.failAt) throw new Error("power off");
    return this.inner.run(statement, ...values);
  }

  transaction(work: () => void): void {
    this.inner.transaction(work);
  }
}

interface Opened {
  readonly sql: FailingSql;
  readonly log: SqliteLogStore;
  readonly archive: SqliteArchive;
}

function openOn(inner: Sql, isCompliant = false): Opened {
  const sql = new FailingSql(inner);
  for (const table of [LOG_TABLE, ...ARCHIVE_TABLES]) sql.run(table);
  const log = new SqliteLogStore(sql);
  sql.count = 0;
  return { sql, log, archive: new SqliteArchive(sql, { log, sha256, isCompliant: () => isCompliant }) };
}

function open(rowCount = ROWS.length, isCompliant = false): Opened {
  const opened = openOn(openNodeSql(":memory:"), isCompliant);
  opened.log.append(ROWS.slice(0, rowCount));
  return opened;
}

function cursorAt(seq: number): Cursor {
  const row = ROWS[seq - 1];
  if (row === undefined) throw new RangeError(`no row ${seq}`);
  return { seq, chain: row.chain };
}

function snapshotAt(seq: number, rest: Partial<NewSnapshot> = {}): NewSnapshot {
  const ledger = new Uint8Array(100).fill(seq & 0xff);
  const bytes = new Uint8Array(200).fill(1 + (seq & 0xf));
  const stateHash = new Uint8Array(32).fill(seq & 0xff);
  return {
    at: cursorAt(seq),
    stateHash,
    madeUs: START_US,
    generation: 0,
    ledger,
    file: { place: "sql", bytes },
    ...rest,
  };
}

const big = (bytes: number): Uint8Array => new Uint8Array(bytes).map((_, index) => index % 251);

/** Everything that a reader can learn of positions and ops. */
function known({ log, archive }: Opened): readonly unknown[] {
  return [1, 2, PACK_ROWS, PACK_ROWS + 1, 2 * PACK_ROWS, 2 * PACK_ROWS + 7].map((seq) => {
    const row = ROWS[seq - 1];
    const [kept] = log.read(seq, 1);
    const chain = kept?.seq === seq ? kept.chain : archive.chainAt(seq);
    return [seq, chain, row === undefined ? null : archive.seqOf(row.opId)];
  });
}

describe("an archive", () => {
  it("[S17] is three tables; a snapshot lies in rows of at most 1 MiB, and is read back as it was", () => {
    const { sql, archive } = open();
    expect([archive.base(), archive.newest(), archive.file(), archive.genesis()]).toEqual([null, null, null, null]);
    const ledger = big(PART_BYTES + 1);
    const bytes = big(2 * PART_BYTES);
    expect(archive.install(snapshotAt(20, { ledger, file: { place: "sql", bytes } }))).toBe(true);
    expect(archive.base()).toEqual({ at: cursorAt(20), ledger });
    expect(archive.file()).toEqual(bytes);
    expect(archive.newest()).toMatchObject({
      at: cursorAt(20),
      bytes: bytes.length,
      place: { type: "sql" },
      madeUs: START_US,
    });
    const parts = sql.run("SELECT kind, part, length(bytes) AS n FROM snapshot_parts ORDER BY kind, part");
    expect(parts.map(({ kind, part, n }) => [kind, part, n])).toEqual([
      ["file", 0, PART_BYTES],
      ["file", 1, PART_BYTES],
      ["genesis", 0, 2],
      ["ledger", 0, PART_BYTES],
      ["ledger", 1, 1],
    ]);
    const tables = sql.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    expect(tables.map(({ name }) => name)).toEqual(["log", "op_index", "snapshot_parts", "snapshots"]);
  });

  it("[S17] reads few rows to open on: the snapshot's and its ledger's", () => {
    const { sql, archive } = open();
    archive.install(snapshotAt(20));
    sql.count = 0;
    archive.base();
    expect(sql.count).toBe(2);
  });

  it("[S17] keeps the file of a large snapshot elsewhere, and the ledger always here", () => {
    const { archive } = open();
    const tooBig = { place: "sql", bytes: new Uint8Array(MAX_SQL_SNAPSHOT_BYTES + 1) } as const;
    expect(() => archive.install(snapshotAt(10, { file: tooBig }))).toThrow(RangeError);
    archive.install(snapshotAt(10, { file: { place: "blob", key: "a", size: 9_000_000 } }));
    expect(archive.newest()).toMatchObject({ bytes: 9_000_000, place: { type: "blob", key: "a" } });
    expect([archive.file(), archive.base()?.at.seq]).toEqual([null, 10]);
    archive.install(snapshotAt(20, { file: { place: "blob", key: "b", size: 9_000_000 } }));
    expect(archive.blobKeys()).toEqual(["b", "a"]);
    archive.install(snapshotAt(30));
    expect(archive.blobKeys()).toEqual(["b"]);
  });

  it("[S18] has one snapshot that counts, keeps the one before, and forgets older ones", () => {
    const { sql, archive } = open();
    for (const seq of [10, 20, 30]) archive.install(snapshotAt(seq));
    expect(archive.base()).toEqual({ at: cursorAt(30), ledger: snapshotAt(30).ledger });
    expect(sql.run("SELECT seq FROM snapshots ORDER BY seq").map(({ seq }) => seq)).toEqual([20, 30]);
    expect(sql.run("SELECT DISTINCT seq FROM snapshot_parts ORDER BY seq").map(({ seq }) => seq)).toEqual([0, 20, 30]);
    expect([archive.install(snapshotAt(30)), archive.install(snapshotAt(25))]).toEqual([false, false]);
    expect(archive.newest()?.at.seq).toBe(30);
  });

  it("[S18] keeps no snapshot from before a scrub", () => {
    const { sql, archive } = open();
    archive.install(snapshotAt(10, { file: { place: "blob", key: "a", size: 1 } }));
    archive.install(snapshotAt(20, { generation: 15 }));
    expect(sql.run("SELECT seq FROM snapshots").map(({ seq }) => seq)).toEqual([20]);
    expect(archive.blobKeys()).toEqual([]);
  });

  it("[S18] has the old snapshot or the new one, whichever statement of an install is the last", () => {
    const inner = openNodeSql(":memory:");
    const { archive, log } = openOn(inner);
    log.append(ROWS.slice(0, 40));
    archive.install(snapshotAt(10));
    archive.install(snapshotAt(20));
    for (let failAt = 1; ; failAt += 1) {
      const again = openOn(inner);
      again.sql.failAt = failAt;
      let isDone = true;
      try {
        again.archive.install(snapshotAt(30));
      } catch {
        isDone = false;
      }
      const { archive: found, sql } = openOn(inner);
      const seq = isDone ? 30 : 20;
      expect(found.base()).toEqual({ at: cursorAt(seq), ledger: snapshotAt(seq).ledger });
      expect(found.file()).not.toBeNull();
      expect(sql.run("SELECT count(*) AS n FROM snapshots")).toEqual([expect.objectContaining({ n: 2 })]);
      if (isDone) return expect(failAt).toBeGreaterThan(5);
    }
  });

  it("[S24] keeps the log's first envelope, also when its row is gone", () => {
    const { log, archive } = open();
    archive.install(snapshotAt(600));
    archive.install(snapshotAt(700));
    archive.compact(700, 1000);
    expect(log.firstSeq()).toBe(PACK_ROWS + 1);
    archive.install(snapshotAt(800));
    archive.install(snapshotAt(900));
    expect(archive.genesis()).toEqual(ROWS[0]?.envelope);
  });
});

describe("compaction", () => {
  it("[S20][S21] packs whole runs of 512 rows that the snapshot before the newest holds too, and drops them", () => {
    const { sql, log, archive } = open();
    expect(archive.compact(ROWS.length, 5000)).toBe(0);
    archive.install(snapshotAt(2 * PACK_ROWS + 10));
    expect(archive.compact(ROWS.length, 5000)).toBe(0);
    archive.install(snapshotAt(3 * PACK_ROWS + 10));
    expect(archive.compact(ROWS.length, PACK_ROWS - 1)).toBe(0);
    expect(archive.compact(PACK_ROWS - 1, 5000)).toBe(0);
    expect(archive.compact(ROWS.length, PACK_ROWS + 100)).toBe(PACK_ROWS);
    expect(archive.compact(ROWS.length, 5000)).toBe(PACK_ROWS);
    expect(archive.compact(ROWS.length, 5000)).toBe(0);
    expect([log.firstSeq(), log.lastSeq()]).toEqual([2 * PACK_ROWS + 1, ROWS.length]);
    const packs = sql.run("SELECT first_seq, chain, length(ops) AS n FROM op_index ORDER BY first_seq");
    expect(packs.map((row) => [row["first_seq"], blobOf(row, "chain"), row["n"]])).toEqual([
      [1, ROWS[0]?.opId, PACK_ROWS * 40],
      [PACK_ROWS + 1, ROWS[PACK_ROWS - 1]?.chain, PACK_ROWS * 40],
    ]);
  });

  it("[S21] drops nothing in compliance mode", () => {
    const { log, archive } = open(ROWS.length, true);
    archive.install(snapshotAt(600));
    archive.install(snapshotAt(700));
    expect(archive.compact(700, 5000)).toBe(0);
    expect(log.firstSeq()).toBe(1);
  });

  it("[S21] drops what was scrubbed to the last row, as soon as one snapshot is without it", () => {
    const { log, archive } = open(900);
    archive.install(snapshotAt(300));
    archive.install(snapshotAt(800, { generation: 700 }));
    expect(archive.compact(900, 5000)).toBe(700);
    expect(log.firstSeq()).toBe(701);
    expect(archive.chainAt(700)).toEqual(ROWS[699]?.chain);
    expect(archive.seqOf(ROWS[649]?.opId ?? new Uint8Array(32))).toBe(650);
    archive.install(snapshotAt(850, { generation: 700 }));
    expect(archive.compact(900, 5000)).toBe(0);
  });

  it("[S22] leaves every position and op to be found, whichever statement is the last, and goes on from there", () => {
    const inner = openNodeSql(":memory:");
    const first = openOn(inner);
    first.log.append(ROWS);
    first.archive.install(snapshotAt(2 * PACK_ROWS));
    first.archive.install(snapshotAt(2 * PACK_ROWS + 1));
    const before = known(first);
    let dropped = 0;
    for (let failAt = 1; dropped < 2 * PACK_ROWS; failAt += 1) {
      const { sql, archive } = openOn(inner);
      sql.failAt = failAt;
      try {
        archive.compact(ROWS.length, 5000);
      } catch {
        // The power went.
      }
      const again = openOn(inner);
      expect(known(again)).toEqual(before);
      dropped = again.log.firstSeq() - 1;
      expect(dropped % PACK_ROWS).toBe(0);
    }
    expect(openOn(inner).archive.compact(ROWS.length, 5000)).toBe(0);
  });

  it("[S22] does not drop rows that do not lead to their chain values", () => {
    const { sql, log, archive } = open();
    archive.install(snapshotAt(600));
    archive.install(snapshotAt(700));
    sql.run("UPDATE log SET recv_us = recv_us + 1 WHERE seq = 100");
    expect(() => archive.compact(700, 5000)).toThrow("do not lead");
    expect([log.firstSeq(), archive.chainAt(1)]).toEqual([1, null]);
  });

  it("[S23] leaves the chain value of every dropped position, and the position of every dropped op", () => {
    const { archive } = open();
    archive.install(snapshotAt(3 * PACK_ROWS));
    archive.install(snapshotAt(3 * PACK_ROWS + 1));
    archive.compact(ROWS.length, 5000);
    for (const { seq, chain, opId } of ROWS.filter((row) => row.seq % 31 === 1 || row.seq % PACK_ROWS < 2)) {
      expect(archive.seqOf(opId)).toBe(seq);
      if (seq <= 3 * PACK_ROWS) expect(archive.chainAt(seq)).toEqual(chain);
    }
    expect([archive.chainAt(0), archive.chainAt(3 * PACK_ROWS + 1)]).toEqual([null, null]);
    expect(archive.seqOf(new Uint8Array(32))).toBeNull();
  });

  it("[S23] is not misled by bytes of a pack that are no op id", () => {
    const { sql, archive } = open();
    archive.install(snapshotAt(600));
    archive.install(snapshotAt(700));
    archive.compact(700, 5000);
    const [row] = sql.run("SELECT ops FROM op_index");
    if (row === undefined) throw new Error("no pack");
    const across = blobOf(row, "ops").slice(8, 40);
    expect(archive.seqOf(across)).toBeNull();
  });
});
