// What an object reads to open its note when nothing of it is in memory: that is what a long history must not make dearer.
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { userPrincipal } from "@reed/log";
import type { SqlValue } from "@reed/room";
import { beforeAll, expect, it } from "vitest";
import { configOf } from "../env.ts";
import { noteObject } from "../routes/note-address.ts";
import { newGuest, newNote, startWorld } from "../world.test-support.ts";
import { CountingSql, inNote, openNote, writeOps } from "./note.test-support.ts";

beforeAll(startWorld);

/** What it reads is also counted by the table. */
class SortingSql extends CountingSql {
  readonly readFrom: Record<string, number> = {};

  override run(statement: string, ...values: readonly SqlValue[]) {
    const before = this.rowsRead;
    const rows = super.run(statement, ...values);
    const [, table = ""] = /\bFROM (\w+)/.exec(statement) ?? [];
    this.readFrom[table] = (this.readFrom[table] ?? 0) + this.rowsRead - before;
    return rows;
  }
}

/** Rows that an object reads for its first call, which is for the snapshot, after `ops` ops that were all folded. */
async function readsAfter(ops: number): Promise<SortingSql> {
  const ana = await newGuest();
  const { id } = await newNote(ana, "Tea");
  const object = noteObject(env, id);
  await inNote(id, {}, async (note) => {
    await writeOps(note, ana.userId, ops);
    await note.snapshots.make();
  });
  await evictDurableObject(object);
  for (let rung = 0; rung < 12; rung += 1) await runDurableObjectAlarm(object);
  await evictDurableObject(object);
  return runInDurableObject(object, async (_, ctx) => {
    await configOf(env).gateway.ready();
    const sql = new SortingSql(ctx.storage);
    const calls = await openNote(ctx, { sql }).hosted?.calls({ user: userPrincipal(ana.userId), linkId: null });
    expect(calls?.snapshot({ seq: null, knownTags: null })).toMatchObject({ type: "bytes" });
    return sql;
  });
}

it("[H17] reads three rows of state to open a note, and as many of all others after 2400 ops as after 600", async () => {
  const [short, long] = [await readsAfter(600), await readsAfter(2400)];
  // The ledger's part, the file's, and the one beside it that SQLite looks at to know that the file ends.
  expect([short, long].map(({ readFrom }) => readFrom["snapshot_parts"])).toEqual([3, 3]);
  expect(long.readFrom).toEqual(short.readFrom);
  expect(long.rowsRead).toBeLessThan(30);
});
