// When a note that rests has versions to thin again, so that it sleeps until then. Thinning later drops all that thinning earlier
// would have dropped, so the moment is found by halves, and the periods stay with the rule that counts in them.
import { thin } from "@reed/text";

/** A week that has ended for a year: an older version grows into no longer period. */
const FINAL_AFTER_MS = (7 + 365) * 24 * 3_600_000;

/** The first moment after `nowMs` at which one of the versions of `atMs` falls to thinning; null where none ever does. */
export function nextThinning(atMs: readonly number[], nowMs: number): number | null {
  let beforeMs = Math.floor(nowMs);
  let lateMs = Math.ceil(Math.max(nowMs, ...atMs)) + FINAL_AFTER_MS;
  if (thin(atMs, lateMs).length === 0) return null;
  while (lateMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + lateMs) / 2);
    if (thin(atMs, middleMs).length === 0) beforeMs = middleMs;
    else lateMs = middleMs;
  }
  return lateMs;
}
