// When to try again: full jitter between nothing and a bound that doubles (Brooker, "Exponential Backoff and Jitter"), so that
// a thousand clients cut off together do not come back together.

const FIRST_MS = 300;
const LAST_MS = 30_000;

/** Wait before attempt number `failures` (1 for the first), µs; `chance` in [0, 1). */
export function backoffUs(failures: number, chance: number): number {
  const boundMs = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return Math.round((FIRST_MS + chance * (boundMs - FIRST_MS)) * 1000);
}
