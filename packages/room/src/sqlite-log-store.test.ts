import type { LogRow } from "@reed/log";
import { openNodeSql } from "@reed/testkit/node-sql";
import { describe, expect, it } from "vitest";
import type { Sql } from "./sql.ts";
import { LOG_TABLE, SqliteLogStore } from "./sqlite-log-store.ts";

const rowAt = (seq: number): LogRow => ({
  seq,
  recvUs: 1_767_225_600_000_000 + seq,
  opId: new Uint8Array(32).fill(seq),
  chain: new Uint8Array(32).fill(seq + 1),
  envelope: Uint8Array.of(seq, 0, 255),
});

function open(sql: Sql = openNodeSql(":memory:")): { sql: Sql; store: SqliteLogStore } {
  sql.run(LOG_TABLE);
  return { sql, store: new SqliteLogStore(sql) };
}

describe("the log in SQLite", () => {
  it("[S4] is one table, keyed by position, without another index", () => {
    const { sql } = open();
    const columns = sql.run("SELECT name, type, pk, \"notnull\" FROM pragma_table_info('log')");
    expect(columns.map(({ name, type, pk }) => [name, type, pk])).toEqual([
      ["seq", "INTEGER", 1],
      ["recv_us", "INTEGER", 0],
      ["op_id", "BLOB", 0],
      ["chain", "BLOB", 0],
      ["envelope", "BLOB", 0],
    ]);
    expect(sql.run("SELECT name FROM sqlite_master WHERE type = 'index' OR name LIKE 'sqlite_sequence'")).toEqual([]);
  });

  it("[S1] gives rows back as they were, also to the next one that opens it", () => {
    const { sql, store } = open();
    store.append([rowAt(1), rowAt(2), rowAt(3)]);
    const again = open(sql).store;
    expect(again.lastSeq()).toBe(3);
    expect(again.read(2, 5)).toEqual([rowAt(2), rowAt(3)]);
    expect(again.read(1, 1)).toEqual([rowAt(1)]);
  });

  it("[S15] drops its oldest rows, never the newest, also for the next one that opens it", () => {
    const { sql, store } = open();
    store.append([rowAt(1), rowAt(2), rowAt(3)]);
    expect([store.firstSeq(), store.drop(9, 1), store.firstSeq()]).toEqual([1, 1, 2]);
    expect([store.drop(9, 9), store.drop(9, 9)]).toEqual([1, 0]);
    const again = open(sql).store;
    expect([again.firstSeq(), again.lastSeq(), again.read(1, 9)]).toEqual([3, 3, [rowAt(3)]]);
    again.append([rowAt(4)]);
  });

  it("[S2] takes rows that continue it, all of them or none", () => {
    const { sql, store } = open();
    store.append([rowAt(1)]);
    expect(() => store.append([rowAt(2), rowAt(4)])).toThrow(RangeError);
    expect(() => store.append([rowAt(1)])).toThrow(RangeError);
    sql.run("INSERT INTO log VALUES (3, 0, x'', x'', x'')");
    expect(() => store.append([rowAt(2), rowAt(3)])).toThrow("UNIQUE");
    expect(store.lastSeq()).toBe(1);
    expect(sql.run("SELECT count(*) AS n FROM log WHERE seq = 2")).toEqual([expect.objectContaining({ n: 0 })]);
  });
});
