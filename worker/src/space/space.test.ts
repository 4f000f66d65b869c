// When a space asks who is there, and whom it ends, by a clock that the test moves.
import { openNodeSql } from "@reed/testkit";
import { describe, expect, it } from "vitest";
import { Due } from "../host/due.ts";
import { migrate } from "../host/migrations.ts";
import { SPACE_STEPS } from "./migrations.ts";
import type { Arrival } from "./rpc.ts";
import { Space } from "./space.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** A space whose alarm rings as the clock passes it. */
class Bench {
  readonly ended: string[] = [];
  readonly askedMs: number[] = [];
  /** By instance; one that is not there is over. */
  readonly there = new Map<string, readonly string[]>([["i", ["1", "2"]]]);
  isAway = false;
  isStuck = false;
  nowMs = 1_790_000_000_000;
  #alarmMs: number | null = null;
  readonly #due: Due;
  readonly space: Space;

  constructor() {
    const sql = openNodeSql(":memory:");
    migrate(sql, SPACE_STEPS);
    const alarm = {
      getAlarm: () => Promise.resolve(this.#alarmMs),
      setAlarm: (atMs: number | Date) => {
        this.#alarmMs = Number(atMs);
        return Promise.resolve();
      },
    };
    this.#due = new Due(sql, alarm);
    this.space = new Space({
      sql,
      due: this.#due,
      proving: () => ({ people: (instance) => this.#people(instance) }),
      end: (_, sessionId) => {
        if (this.isStuck) return Promise.reject(new Error("the platform is away"));
        this.ended.push(sessionId);
        return Promise.resolve();
      },
      mayRead: () => Promise.resolve(false),
      nowMs: () => this.nowMs,
    });
  }

  enter(sessionId: string, discordId: string, instance = "i"): void {
    const arrival: Arrival = {
      sessionId,
      discordId,
      instance,
      userId: `user of ${discordId}`,
      name: discordId,
      channelId: "7",
      guildId: null,
    };
    this.space.enter(arrival);
  }

  /** How many ms after `startMs` each question was asked. */
  since(startMs: number): readonly number[] {
    return this.askedMs.map((atMs) => atMs - startMs);
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (let atMs = this.#alarmMs; atMs !== null && atMs <= untilMs; atMs = this.#alarmMs) {
      this.nowMs = Math.max(this.nowMs, atMs);
      this.#alarmMs = null;
      await this.#due.run(this.nowMs, this.space.duties);
    }
    this.nowMs = untilMs;
  }

  #people(instance: string): Promise<ReadonlySet<string>> {
    this.askedMs.push(this.nowMs);
    return this.isAway ? Promise.reject(new Error("away")) : Promise.resolve(new Set(this.there.get(instance)));
  }
}

describe("a space", () => {
  it("[D35] asks every 30 s about each instance, for as long as anybody is there", async () => {
    const bench = new Bench();
    const startMs = bench.nowMs;
    bench.there.set("j", ["3"]);
    bench.enter("a", "1");
    bench.enter("b", "3", "j");
    await bench.pass(65 * SECOND_MS);
    expect(bench.since(startMs)).toEqual([30_000, 30_000, 60_000, 60_000]);
    bench.there.clear();
    await bench.pass(30 * SECOND_MS);
    expect(bench.ended).toEqual(["a", "b"]);
    bench.askedMs.length = 0;
    await bench.pass(10 * MINUTE_MS);
    expect(bench.askedMs).toEqual([]);
  });

  it("[D36] asks at once where somebody came or went, and at most every 2 s", async () => {
    const bench = new Bench();
    bench.enter("a", "1");
    const startMs = bench.nowMs;
    for (let times = 0; times < 50; times += 1) {
      bench.space.here("a", null, true);
      await bench.pass(100);
    }
    expect(bench.since(startMs)).toEqual([0, 2000, 4000]);
    await bench.pass(60 * SECOND_MS);
    expect(bench.since(startMs).slice(3)).toEqual([6000, 36_000]);
  });

  it("[D37] lets sessions stand for ten minutes after the last answer about their instance", async () => {
    const bench = new Bench();
    bench.enter("a", "1");
    await bench.pass(30 * SECOND_MS);
    bench.isAway = true;
    bench.enter("b", "2");
    await bench.pass(10 * MINUTE_MS - SECOND_MS);
    expect(bench.ended).toEqual([]);
    await bench.pass(30 * SECOND_MS);
    expect(bench.ended).toEqual(["b", "a"]);
  });

  it("[D37] has each answer count from when it was asked, also for who was silent", async () => {
    const bench = new Bench();
    bench.enter("a", "1");
    await bench.pass(20 * MINUTE_MS);
    bench.isAway = true;
    await bench.pass(9 * MINUTE_MS);
    bench.isAway = false;
    await bench.pass(MINUTE_MS);
    bench.isAway = true;
    await bench.pass(9 * MINUTE_MS);
    expect(bench.ended).toEqual([]);
    await bench.pass(2 * MINUTE_MS);
    expect(bench.ended).toEqual(["a"]);
  });

  it("[D35] ends a session later that could not be ended, and forgets nobody before", async () => {
    const bench = new Bench();
    bench.enter("a", "1");
    bench.there.clear();
    bench.isStuck = true;
    await bench.pass(31 * SECOND_MS);
    expect(bench.space.here("a", null, false)).not.toBeNull();
    bench.isStuck = false;
    await bench.pass(10 * SECOND_MS);
    expect(bench.ended).toEqual(["a"]);
    expect(bench.space.here("a", null, false)).toBeNull();
  });

  it("[D32] shows nobody who was silent for a minute, and again whoever speaks", async () => {
    const bench = new Bench();
    bench.enter("a", "1");
    bench.enter("b", "2");
    const shown = () => bench.space.here("a", null, false)?.people.map(({ user }) => user.name);
    await bench.pass(59 * SECOND_MS);
    expect(shown()).toEqual(["1", "2"]);
    await bench.pass(2 * SECOND_MS);
    expect(shown()).toEqual(["1"]);
    bench.space.here("b", null, false);
    expect(shown()).toEqual(["1", "2"]);
  });
});
