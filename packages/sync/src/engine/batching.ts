// When local edits leave. With company, soon; alone, at a pause of one second or every three, for each op costs a row, a
// signature and a message, and nobody is waiting to see it.

const WITH_PEERS_US = 120_000;
const ALONE_PAUSE_US = 1_000_000;
const ALONE_MAX_US = 3_000_000;

/** The time of the next flush, given when the oldest and newest unsent edits were made. */
export function flushAtUs(firstEditUs: number, lastEditUs: number, hasPeers: boolean): number {
  if (hasPeers) return firstEditUs + WITH_PEERS_US;
  return Math.min(lastEditUs + ALONE_PAUSE_US, firstEditUs + ALONE_MAX_US);
}
