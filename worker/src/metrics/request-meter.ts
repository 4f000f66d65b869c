// What one isolate of the worker counts of its requests.
import type { Env } from "../env.ts";
import { Meter } from "./meter.ts";

const meters = new WeakMap<D1Database, Meter>();

export interface Answered {
  readonly status: number;
  readonly ms: number;
  /** The code of the problem, where it was one. */
  readonly problem: string | null;
}

/** Counts a request. `later` keeps the work alive that hands the counts on. */
export function countRequest(
  env: Env,
  { status, ms, problem }: Answered,
  later: (work: Promise<unknown>) => void,
): void {
  const meter = requestMeter(env);
  meter.add("requests");
  meter.add(`status.${Math.floor(status / 100)}xx`);
  meter.time("request_ms", ms);
  if (problem !== null) meter.add(`problem.${problem}`);
  meter.beat(Date.now(), later);
}

export function requestMeter(env: Env): Meter {
  const known = meters.get(env.PLATFORM);
  if (known !== undefined) return known;
  const meter = new Meter("worker", env);
  meters.set(env.PLATFORM, meter);
  return meter;
}
