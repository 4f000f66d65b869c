// Which automatic versions of a note stay as they grow older. Periods are counted from the epoch, each is a whole number of the
// one below it, and the versions of one period grow into a longer one all at once. So the newest of a long period is the newest of
// its short ones too, and however often a note is thinned on the way, the same versions are left.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const MONTH_MS = 4 * WEEK_MS;

/** One version a period stays (0: each) until the period ended `untilMs` ago. */
const STEPS: readonly { readonly periodMs: number; readonly untilMs: number }[] = [
  { periodMs: 0, untilMs: HOUR_MS },
  { periodMs: HOUR_MS, untilMs: DAY_MS },
  { periodMs: DAY_MS, untilMs: 30 * DAY_MS },
  { periodMs: WEEK_MS, untilMs: 365 * DAY_MS },
];

/**
 * Of the times of automatic versions those to drop, each once, ascending. All younger than an hour stay; of the older ones the
 * newest of each hour for a day, of each day for 30 days, of each week for a year, of each four weeks after. So the newest always
 * stays, and so do times in the future.
 */
export function thin(atMs: readonly number[], nowMs: number): readonly number[] {
  const taken = new Set<string>();
  const dropped: number[] = [];
  for (const at of [...new Set(atMs)].toSorted((left, right) => right - left)) {
    const periodMs = STEPS.find((step) => nowMs - endOf(at, step.periodMs) < step.untilMs)?.periodMs ?? MONTH_MS;
    if (periodMs === 0) continue;
    const period = `${periodMs} ${endOf(at, periodMs)}`;
    if (taken.has(period)) dropped.push(at);
    taken.add(period);
  }
  return dropped.toReversed();
}

/** When the period with `at` in it ends; a period of 0 is `at` alone. */
function endOf(at: number, periodMs: number): number {
  return periodMs === 0 ? at : (Math.floor(at / periodMs) + 1) * periodMs;
}
