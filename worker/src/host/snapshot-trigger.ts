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

/** `snapshotBytes`: size of the newest snapshot as it is stored; 0 before the first. */
export function isSnapshotDue({ ops, bytes }: Tail, snapshotBytes: number): boolean {
  return ops >= MOST_TAIL_OPS || bytes >= Math.max(LEAST_TAIL_BYTES, snapshotBytes);
}
