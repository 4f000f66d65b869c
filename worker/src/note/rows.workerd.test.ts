// What an object writes beside the ops, which is what it costs: a million rows are a dollar.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { configOf } from "../env.ts";
import { noteObject } from "../routes/note-address.ts";
import { newGuest, newNote, startWorld } from "../world.test-support.ts";
import { CountingSql, openNote, opsWriter } from "./note.test-support.ts";

beforeAll(startWorld);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Cost {
  /** Rows of ops, and their deletion. */
  readonly ops: number;
  /** Everything else, alarms included. */
  readonly rest: number;
}

/** Types for `seconds`, an op each `everyMs`, with the object's alarm ringing whenever it should. */
async function costOf(seconds: number, everyMs: number): Promise<Cost> {
  const ana = await newGuest();
  const { id } = await newNote(ana, "Tea");
  vi.useFakeTimers({ toFake: ["Date"] });
  return runInDurableObject(noteObject(env, id), async (_, ctx) => {
    await configOf(env).gateway.ready();
    let alarmMs = Number.POSITIVE_INFINITY;
    let alarms = 0;
    vi.spyOn(ctx.storage, "setAlarm").mockImplementation((at) => {
      alarms += 1;
      alarmMs = Number(at);
      return Promise.resolve();
    });
    const sql = new CountingSql(ctx.storage);
    const host = openNote(ctx, { sql });
    const note = host.hosted;
    if (note === null) throw new Error("there is no note here");
    const write = opsWriter(note, ana.userId);
    await host.alarm();
    [sql.rowsWritten, alarms] = [0, 0];
    const firstSeq = note.room.ledger?.head.seq ?? 0;
    for (let passedMs = 0; passedMs < seconds * 1000; passedMs += everyMs) {
      vi.setSystemTime(Date.now() + everyMs);
      await write("abc");
      while (alarmMs <= Date.now()) {
        alarmMs = Number.POSITIVE_INFINITY;
        await host.alarm();
      }
    }
    const written = (note.room.ledger?.head.seq ?? 0) - firstSeq;
    const [row] = ctx.storage.sql.exec<{ kept: number }>("SELECT count(*) AS kept FROM log").toArray();
    const ops = written + (firstSeq + written - (row?.kept ?? 0));
    return { ops, rest: sql.rowsWritten - ops + alarms };
  });
}

it("[H20] costs, with company, a fifth of a row for each keystroke beside the op and its deletion", async () => {
  const seconds = 600;
  const { ops, rest } = await costOf(seconds, 200);
  const keystrokes = seconds * 5;
  expect(ops).toBeGreaterThanOrEqual(keystrokes);
  expect(ops).toBeLessThan(2 * keystrokes + 10);
  expect(rest / keystrokes).toBeLessThan(0.2);
}, 120_000);

it("[H20] costs, alone, six tenths of a row for each keystroke, all in all", async () => {
  const seconds = 1800;
  const { ops, rest } = await costOf(seconds, 3000);
  expect((ops + rest) / (seconds * 5)).toBeLessThan(0.6);
}, 120_000);
