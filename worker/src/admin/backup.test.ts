// The form of backups, without an object: what is written is read, and what was cut or changed is not taken for it.
import { openNodeSql } from "@reed/testkit/node-sql";
import type { Sql } from "@reed/room";
import { describe, expect, it } from "vitest";
import { BackupError, BackupReader, BackupWriter } from "./backup-format.ts";
import { linesOf, packed, streamOf, unpacked } from "./backup-stream.ts";
import { backupOf, restoreInto } from "./object-backup.ts";
import type { Steps } from "../host/migrations.ts";
import { migrate } from "../host/migrations.ts";

const STEPS: Steps = [
  [
    "CREATE TABLE log (seq INTEGER PRIMARY KEY, envelope BLOB NOT NULL)",
    "CREATE TABLE name (k INTEGER PRIMARY KEY, id BLOB)",
  ],
  [
    "CREATE TABLE facts (k TEXT PRIMARY KEY, size REAL, note TEXT) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE found USING fts5 (words)",
    "INSERT INTO facts (k) VALUES ('made by the step')",
  ],
];
const NAME = "AAAAAAAAAAAAAAAAAAAAAA";

function filled(steps = STEPS, rows = 200): Sql {
  const sql = openNodeSql(":memory:");
  migrate(sql, steps);
  sql.run("INSERT INTO name (k, id) VALUES (1, ?)", Uint8Array.of(7));
  for (let seq = 3; seq < 3 + rows; seq += 1)
    sql.run("INSERT INTO log (seq, envelope) VALUES (?, ?)", seq, new Uint8Array(1000).fill(seq));
  if (steps.length < 2) return sql;
  sql.run("INSERT INTO facts (k, size, note) VALUES ('é\n\"', 0.5, NULL)");
  sql.run("INSERT INTO found (words) VALUES ('tea')");
  return sql;
}

const options = (sql: Sql) => ({ sql, kind: "note", name: NAME, blobs: null, nowMs: 5 }) as const;
const everything = (sql: Sql): unknown =>
  ["log", "name", "facts", "migrations"].map((table) => sql.run(`SELECT * FROM ${table} ORDER BY 1`));

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

function restore(text: string, sql: Sql, steps = STEPS): Promise<unknown> {
  const stream = streamOf(
    (async function* () {
      yield text;
    })(),
  );
  return restoreInto(stream, { sql, kind: "note", name: NAME, blobs: null, steps, otherTables: [] });
}

describe("a backup of one object", () => {
  it("[BU1][BU2] is lines that make the same tables again, but for the text index", async () => {
    const sql = filled();
    const text = await textOf(unpacked(packed(backupOf(options(sql)))));
    const lines = text.trimEnd().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      reed: "backup",
      version: 1,
      kind: "note",
      name: NAME,
      steps: 2,
      atMs: 5,
      seq: 202,
    });
    expect(lines).toContain('{"table":"log","columns":["seq","envelope"]}');
    expect(text).not.toContain("tea");
    const again = openNodeSql(":memory:");
    await restore(text, again);
    expect(everything(again)).toEqual(everything(sql));
  });

  it("[BU3] is of one moment: what is written while it is read is not in it", async () => {
    const sql = filled();
    const before = everything(sql);
    const stream = backupOf(options(sql));
    sql.run("INSERT INTO log (seq, envelope) VALUES (203, x'00')");
    sql.run("UPDATE facts SET size = 9");
    const again = openNodeSql(":memory:");
    await restore(await textOf(stream), again);
    expect(everything(again)).toEqual(before);
  });

  it("[BU3] fails where rows that it has yet to read are folded away", async () => {
    const sql = filled();
    const stream = backupOf(options(sql));
    sql.run("DELETE FROM log WHERE seq < 190");
    await expect(textOf(stream)).rejects.toThrow("folded");
  });

  it("[BU4] is taken whole or not at all", async () => {
    const text = await textOf(backupOf(options(filled())));
    const lines = text.trimEnd().split("\n");
    const broken = [
      "",
      "{}\n",
      `${lines.slice(0, -1).join("\n")}\n`,
      text.slice(0, -20),
      `${lines.filter((_, index) => index !== 20).join("\n")}\n`,
      text.replace('"k","size","note"', '"k","note","size"'),
      text.replace("[3,", "[2,"),
      `${text}[1]\n`,
      text.replace('"version":1', '"version":2'),
      text.replace('"note","name":"A', '"note","name":"B'),
      text.replace('"kind":"note"', '"kind":"library"'),
      text.replace('"steps":2', '"steps":3'),
      text.replace('{"table":"log"', '{"table":"nothing"'),
    ];
    for (const each of broken) await expect(restore(each, openNodeSql(":memory:"))).rejects.toBeInstanceOf(BackupError);
  });

  it("[BU5] of an older release makes the tables of that release, and the object goes on from there", async () => {
    const old = filled(STEPS.slice(0, 1));
    const text = await textOf(backupOf(options(old)));
    const again = openNodeSql(":memory:");
    await restore(text, again);
    expect(again.run("SELECT name FROM sqlite_master WHERE name = 'facts'")).toEqual([]);
    migrate(again, STEPS);
    expect(again.run("SELECT k FROM facts").map(({ k }) => k)).toEqual(["made by the step"]);
    expect(again.run("SELECT count(*) AS n FROM log").map(({ n }) => n)).toEqual([200]);
  });
});

describe("lines", () => {
  it("are put together from pieces of any size", async () => {
    const bytes = new TextEncoder().encode("eins\nzwei ü\n\nvier\n");
    for (const size of [1, 2, 3, 7, 100]) {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
          controller.close();
        },
      });
      const lines: string[] = [];
      for await (const line of linesOf(stream)) lines.push(line);
      expect(lines).toEqual(["eins", "zwei ü", "", "vier"]);
    }
  });

  it("hold numbers, texts, bytes and nothing, and refuse what else there is", () => {
    const writer = new BackupWriter();
    const header = writer.header({ kind: "note", name: NAME, steps: 1, atMs: 0, seq: null });
    const row = { a: 1.5, b: "ü", c: Uint8Array.of(1, 2), d: null };
    const text = header + writer.rows("t", [row]) + writer.blob("snap/x", Uint8Array.of(9)) + writer.end();
    const reader = new BackupReader();
    const [first = "", ...rest] = text.trimEnd().split("\n");
    reader.header(first);
    expect(rest.map((line) => reader.part(line))).toEqual([
      null,
      { type: "row", table: "t", columns: ["a", "b", "c", "d"], values: [1.5, "ü", Uint8Array.of(1, 2), null] },
      { type: "blob", key: "snap/x", bytes: Uint8Array.of(9) },
      null,
    ]);
    expect(reader.isWhole).toBe(true);
    expect(() => new BackupWriter().rows("t", [{ a: Number.NaN }])).toThrow(TypeError);
  });
});
