import { describe, expect, it } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { runWorlds, type WorldsReport } from "./world-process.ts";

const MINUTES = 60_000;
/** Processes at a time. */
const LANES = 2;

/** All runs, started now, a few at a time; each test awaits its own. */
function startAll(): ReadonlyMap<string, Promise<WorldsReport>> {
  const lanes: Promise<unknown>[] = Array.from({ length: LANES }, () => Promise.resolve());
  const started = MUTANTS.map(({ name, seeds, from }, index): [string, Promise<WorldsReport>] => {
    const lane = index % LANES;
    const run = (lanes[lane] ?? Promise.resolve()).then(() => runWorlds(from, seeds, name));
    lanes[lane] = run.catch(() => undefined);
    return [name, run];
  });
  return new Map(started);
}

describe("planted bugs", () => {
  const reports = startAll();

  it.each(MUTANTS)(
    "the world finds $name: $why",
    async ({ name }) => {
      const report = await reports.get(name);
      expect(report?.failure, `${name} lived through ${report?.worlds} worlds`).not.toBeNull();
    },
    5 * MINUTES,
  );
});
