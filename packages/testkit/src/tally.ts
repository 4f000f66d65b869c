// What a run did. A world that never crashes, never refuses and never reconnects proves nothing, so tests look at these counts.

export const KINDS = [
  "events",
  "edits",
  "undos",
  "opsCommitted",
  "acks",
  "nacksRetry",
  "nacksReissue",
  "nacksNever",
  "rebuilds",
  "connects",
  "kills",
  "deviceCrashes",
  "serverCrashes",
  "commitsLost",
  "editsLost",
  "hibernations",
  "grantChanges",
  "revocations",
  "attacks",
  "tampered",
  "pagesCut",
  "snapshotsMade",
  "rowsDropped",
  "scrubs",
  "versionsRestored",
  "compliances",
  "restores",
  "snapshotsLoaded",
  "checkpoints",
  "statesChecked",
  "rebases",
  "snapshotsNeeded",
  "lags",
  "receipts",
  "compactOps",
  "wholeAsked",
  "rateRefusals",
  "oldClients",
  "oldServers",
  "tooOld",
  "updated",
  "handOvers",
  "entries",
  "spoiled",
  "divergences",
] as const;

export type Kind = (typeof KINDS)[number];
export type Tally = Record<Kind, number>;

export function emptyTally(): Tally {
  return Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Tally;
}

export function addTally(to: Tally, more: Readonly<Tally>): void {
  for (const kind of KINDS) to[kind] += more[kind];
}

/** The kinds of which `tally` has none. */
export function missingKinds(tally: Readonly<Tally>): readonly Kind[] {
  return KINDS.filter((kind) => tally[kind] === 0);
}
