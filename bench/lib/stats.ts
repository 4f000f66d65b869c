// Numbers over several runs, and latencies without keeping every one of them.

/** Latencies in ms, in buckets of 2 %: a percentile is off by at most that. */
export class Latencies {
  readonly #buckets = new Uint32Array(1200);
  count = 0;
  maxMs = 0;

  add(ms: number): void {
    const index = Math.max(0, Math.min(1199, Math.ceil(Math.log(Math.max(ms, LOWEST_MS) / LOWEST_MS) / STEP)));
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.count += 1;
    this.maxMs = Math.max(this.maxMs, ms);
  }

  /** `part` between 0 and 1; NaN where nothing was added. */
  percentile(part: number): number {
    if (this.count === 0) return Number.NaN;
    let left = Math.ceil(this.count * part);
    for (const [index, count] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0) return Math.min(this.maxMs, LOWEST_MS * Math.exp(index * STEP));
    }
    return this.maxMs;
  }
}

const LOWEST_MS = 0.01;
const STEP = Math.log(1.02);

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: readonly number[];
}

/** The middle of the finite numbers, and how far they lie apart. */
export function summarize(runs: readonly number[]): Summary {
  const sorted = runs.filter(Number.isFinite).toSorted((a, b) => a - b);
  if (sorted.length === 0) return { median: Number.NaN, min: Number.NaN, max: Number.NaN, runs };
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return { median: (upper + lower) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, runs };
}

/** Three digits that matter; "–" for what was not measured. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value !== 0 && Math.abs(value) < 100) return String(Number(value.toPrecision(3)));
  return Math.round(value).toLocaleString("en-US").replaceAll(",", " ");
}
