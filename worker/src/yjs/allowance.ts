// How much one socket may send: a bucket that fills with time. A provider that runs over is closed with `rate`, comes back and
// sends what is missing as one update, so nothing is lost by it.

/** A script's burst, then what ten quick typists would need together. */
const BURST = 600;
const PER_SECOND = 100;
/** What one message costs besides: its size, in these. */
const BYTES_PER_POINT = 4096;

export class Allowance {
  #points = BURST;
  #filledMs: number;

  constructor(nowMs: number) {
    this.#filledMs = nowMs;
  }

  /** Takes what a message of `bytes` costs, times `weight`; false where that is more than there is. */
  take(bytes: number, weight: number, nowMs: number): boolean {
    const filled = this.#points + ((nowMs - this.#filledMs) / 1000) * PER_SECOND;
    this.#points = Math.min(BURST, filled) - weight * (1 + bytes / BYTES_PER_POINT);
    this.#filledMs = nowMs;
    return this.#points >= 0;
  }
}
