// The counters of host/counted.mjs, as they stand now and as they grew.

export interface Counts {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Rows of the log, added and deleted. */
  readonly opsAppended: number;
  readonly rowsDeleted: number;
  readonly statements: number;
  readonly alarmsSet: number;
  readonly alarms: number;
  readonly wakes: number;
  readonly messages: number;
  readonly messageBytes: number;
  readonly frames: number;
  readonly frameBytes: number;
  readonly timers: number;
  readonly activeMs: number;
  readonly databaseBytes: number;
}

export async function countsOf(serverUrl: string): Promise<Counts> {
  return (await (await fetch(`${serverUrl}/__bench`)).json()) as Counts;
}

export function since(before: Counts, after: Counts): Counts {
  return Object.fromEntries(
    Object.entries(after).map(([key, value]) => [key, Number(value) - before[key as keyof Counts]]),
  ) as unknown as Counts;
}
