// The recorder of one object or isolate. It counts in memory and hands its sums on at most once a minute, while there is something
// to do anyway: it keeps no timer, so an object that rests can hibernate. What an object has counted and not handed on when its
// memory goes is lost; these are figures for operators, not accounts.
import { log } from "../log.ts";
import { addCounters } from "./counter-table.ts";
import { type CountedClass, Counters, type Sums } from "./counters.ts";

/** As much of the bindings as is used. */
export interface MeterBindings {
  readonly PLATFORM: D1Database;
  readonly METRICS?: AnalyticsEngineDataset | undefined;
}

const HAND_ON_MS = 60 * 1000;
/** Where Analytics Engine takes every minute, D1 need not. */
const HAND_ON_BOUND_MS = 15 * 60 * 1000;

export class Meter {
  readonly #counted: CountedClass;
  readonly #env: MeterBindings;
  readonly #counters = new Counters();
  readonly #unsent = new Counters();
  #engineMs: number | null = null;
  #tableMs: number | null = null;

  constructor(counted: CountedClass, env: MeterBindings) {
    this.#counted = counted;
    this.#env = env;
  }

  add(name: string, by = 1): void {
    this.#counters.add(name, by);
  }

  time(name: string, ms: number): void {
    this.#counters.time(name, ms);
  }

  /** Hands on what is due; `later` keeps the work alive. Called wherever the object is awake. */
  beat(nowMs: number, later: (work: Promise<unknown>) => void): void {
    this.#engineMs ??= nowMs;
    this.#tableMs ??= nowMs;
    if (nowMs - this.#engineMs >= HAND_ON_MS) {
      this.#engineMs = nowMs;
      this.#collect();
    }
    const everyMs = this.#env.METRICS === undefined ? HAND_ON_MS : HAND_ON_BOUND_MS;
    if (nowMs - this.#tableMs < everyMs) return;
    this.#tableMs = nowMs;
    later(this.flush(nowMs));
  }

  /** Hands everything on to D1, and to Analytics Engine where that is bound. */
  async flush(nowMs: number): Promise<void> {
    this.#collect();
    if (this.#unsent.isEmpty) return;
    const sums = this.#unsent.drain();
    try {
      await addCounters(this.#env.PLATFORM, this.#counted, sums, nowMs);
    } catch (error) {
      for (const [name, value] of sums) this.#unsent.add(name, value);
      log("error", { counters: this.#counted, error: error instanceof Error ? error.name : "unknown" });
    }
  }

  #collect(): void {
    if (this.#counters.isEmpty) return;
    const sums: Sums = this.#counters.drain();
    for (const [name, value] of sums) {
      this.#unsent.add(name, value);
      this.#env.METRICS?.writeDataPoint({ indexes: [this.#counted], blobs: [name], doubles: [value] });
    }
  }
}
