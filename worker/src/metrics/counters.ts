// What one object, or one isolate of the worker, counts: sums by name, so that those of many can be added up. A length of time is
// counted in the bucket that it falls into. No name holds anything that a caller chose.

/** Whose counters they are. */
export const COUNTED_CLASSES = ["worker", "note", "library"] as const;
export type CountedClass = (typeof COUNTED_CLASSES)[number];

/** Upper ends of the buckets, in ms; what is longer is in `inf`. */
const BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const;

export type Sums = ReadonlyMap<string, number>;

export class Counters {
  #sums = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + by);
  }

  /** A length of time: of an answer, of a delay. */
  time(name: string, ms: number): void {
    this.add(`${name}.${BUCKETS_MS.find((end) => ms <= end) ?? "inf"}`);
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  /** What was counted since the last time this was asked. */
  drain(): Sums {
    const sums = this.#sums;
    this.#sums = new Map();
    return sums;
  }
}

/** The upper end of the bucket below which `share` of the times lie; null where there are none, infinity beyond the last. */
export function quantileMs(sums: Sums, name: string, share: number): number | null {
  const counts = [...BUCKETS_MS, Number.POSITIVE_INFINITY].map((end) => ({
    end,
    count: sums.get(`${name}.${Number.isFinite(end) ? end : "inf"}`) ?? 0,
  }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  let below = 0;
  for (const { end, count } of counts) {
    below += count;
    if (below >= total * share) return end;
  }
  return Number.POSITIVE_INFINITY;
}
