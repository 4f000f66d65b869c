import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { DUE_TABLE, Due } from "./due.ts";
import { CountingSql } from "../note/note.test-support.ts";

/** An alarm that only says what became of it. */
class FakeAlarm {
  readonly set: number[] = [];
  ringsAt: number | null = null;

  getAlarm(): Promise<number | null> {
    return Promise.resolve(this.ringsAt);
  }

  setAlarm(at: number | Date): Promise<void> {
    this.ringsAt = Number(at);
    this.set.push(this.ringsAt);
    return Promise.resolve();
  }
}

interface Bench {
  readonly alarm: FakeAlarm;
  readonly rows: () => readonly unknown[];
  readonly rowsWritten: () => number;
  open(): Due;
}

function onBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  return runInDurableObject(env.NOTE.get(env.NOTE.newUniqueId()), async (_, { storage }) => {
    storage.sql.exec(DUE_TABLE);
    const alarm = new FakeAlarm();
    const sql = new CountingSql(storage);
    await work({
      alarm,
      rows: () => storage.sql.exec("SELECT kind, at FROM due ORDER BY at").toArray(),
      rowsWritten: () => sql.rowsWritten,
      open: () => new Due(sql, alarm),
    });
  });
}

describe("what is due", () => {
  it("sets the alarm when it is earlier than all before, and writes nothing when it is not", () =>
    onBench(async ({ alarm, rowsWritten, open }) => {
      const due = open();
      due.set("snapshot", 3000);
      due.set("project", 1000);
      due.set("compact", 2000);
      expect(alarm.set).toEqual([3000, 1000]);
      expect(rowsWritten()).toBe(3);
      due.set("project", 1500);
      due.set("snapshot", 3000);
      expect(alarm.set).toEqual([3000, 1000]);
      expect(rowsWritten()).toBe(3);
    }));

  it("is done when its time has come, the earliest first, and the alarm is set for what remains", () =>
    onBench(async ({ alarm, rows, open }) => {
      const due = open();
      const done: string[] = [];
      const duty = (name: string) => () => (done.push(name), null);
      due.set("snapshot", 2000);
      due.set("project", 1000);
      due.set("compact", 9000);
      await due.run(2500, { project: duty("project"), snapshot: duty("snapshot"), compact: duty("compact") });
      expect(done).toEqual(["project", "snapshot"]);
      expect(rows()).toEqual([{ kind: "compact", at: 9000 }]);
      expect(alarm.ringsAt).toBe(9000);
    }));

  it("is done when the alarm rings though the clock says that it is early", () =>
    onBench(async ({ rows, open }) => {
      const due = open();
      due.set("project", 1000);
      await due.run(990, { project: () => null });
      expect(rows()).toEqual([]);
    }));

  it("comes back when its duty asks for it, or when somebody asked while it was done", () =>
    onBench(async ({ rows, open }) => {
      const due = open();
      due.set("compact", 1000);
      due.set("project", 1000);
      await due.run(1000, { compact: (nowMs) => nowMs + 500, project: () => (due.set("project", 1200), 5000) });
      expect(rows()).toEqual([
        { kind: "project", at: 1200 },
        { kind: "compact", at: 1500 },
      ]);
    }));

  it("comes back no earlier than it was asked for, also by a fraction", () =>
    onBench(async ({ rows, open }) => {
      const due = open();
      due.set("version", 999.2);
      await due.run(1000, { version: () => 1000.1 });
      expect(rows()).toEqual([{ kind: "version", at: 1001 }]);
    }));

  it("[H16] comes back later and later when it fails, and takes none of the others with it", () =>
    onBench(async ({ alarm, rows, open }) => {
      const due = open();
      const done: string[] = [];
      due.set("project", 1000);
      due.set("snapshot", 1001);
      const duties = {
        project: () => Promise.reject(new Error("out of order")),
        snapshot: () => (done.push("snapshot"), null),
      };
      await due.run(2000, duties);
      expect(done).toEqual(["snapshot"]);
      expect(rows()).toEqual([{ kind: "project", at: 4000 }]);
      expect(alarm.ringsAt).toBe(4000);
      await due.run(4000, duties);
      expect(rows()).toEqual([{ kind: "project", at: 8000 }]);
      await due.run(8000, { project: () => null });
      expect(rows()).toEqual([]);
    }));

  it("[H16] is remembered through the loss of memory, and its alarm set again where the platform gave it up", () =>
    onBench(async ({ alarm, open }) => {
      open().set("snapshot", 7000);
      alarm.ringsAt = null;
      const woken = open();
      expect(woken.at("snapshot")).toBe(7000);
      await woken.rearm();
      expect(alarm.ringsAt).toBe(7000);
      woken.set("compact", 8000);
      expect(alarm.set).toEqual([7000, 7000]);
    }));
});
