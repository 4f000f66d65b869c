// When a log is long enough for a snapshot: when what a newcomer reads after the newest one weighs as much as that one. So all
// snapshots of a log together cost no more than a constant times the log, and a newcomer never reads much more than needed.

/** What follows the newest snapshot, or the log's beginning. */
export interface Tail {
  readonly ops: number;
  /** Of their envelopes. */
  readonly bytes: number;
}

const LEAST_TAIL_BYTES = 64 * 1024;
/** Each op costs a signature check wherever it is read. */
const MOST_TAIL_OPS = 500;
/** A snapshot of a text that is still being typed waits this long, so that the rows of a burst are folded together. */
const AFTER_TRIGGER_MS = 2000;
/** Making one takes a turn of the object: where many write it waits so long after the last one, or until the tail has so many ops. */
const APART_MS = 10_000;
const MOST_BUSY_OPS = 4000;

/** `snapshotBytes`: size of the newest snapshot as it is stored; 0 before the first. */
export function isSnapshotDue({ ops, bytes }: Tail, snapshotBytes: number): boolean {
  return ops >= MOST_TAIL_OPS || bytes >= Math.max(LEAST_TAIL_BYTES, snapshotBytes);
}

/** When one that is due at `nowMs` is made; `madeMs`: when the newest was, -Infinity before the first. */
export function snapshotAtMs({ ops }: Tail, nowMs: number, madeMs: number): number {
  const soonMs = nowMs + AFTER_TRIGGER_MS;
  return ops >= MOST_BUSY_OPS ? soonMs : Math.max(soonMs, Math.min(madeMs, nowMs) + APART_MS);
}
