// A limit on how often: tokens come in at an even rate up to a burst, and what is done takes some. Time comes from outside.

export interface BucketSize {
  readonly perSecond: number;
  readonly burst: number;
}

export class TokenBucket {
  readonly #size: BucketSize;
  #tokens: number;
  #atMs: number;

  /** Full at `nowMs`. */
  constructor(size: BucketSize, nowMs: number) {
    this.#size = size;
    this.#tokens = size.burst;
    this.#atMs = nowMs;
  }

  /** How long until `count` tokens (at most the burst) are there; 0: they are. */
  waitMs(count: number, nowMs: number): number {
    this.#refill(nowMs);
    const missing = Math.min(count, this.#size.burst) - this.#tokens;
    return missing <= 0 ? 0 : (missing / this.#size.perSecond) * 1000;
  }

  isFull(nowMs: number): boolean {
    return this.waitMs(this.#size.burst, nowMs) === 0;
  }

  /** Takes `count` tokens, also where they are not there: what comes in next pays for it. */
  spend(count: number): void {
    this.#tokens -= count;
  }

  /** Takes `count` tokens where they are there, and says whether they were. */
  take(count: number, nowMs: number): boolean {
    if (this.waitMs(count, nowMs) > 0) return false;
    this.spend(count);
    return true;
  }

  /** A clock that goes back adds nothing. */
  #refill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#size.burst, this.#tokens + (passedMs / 1000) * this.#size.perSecond);
  }
}
