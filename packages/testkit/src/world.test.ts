import { describe, expect, it } from "vitest";
import { addTally, emptyTally, missingKinds } from "./tally.ts";
import { runWorlds } from "./world-process.ts";

const PER_PART = 1000;
const MINUTES = 60_000;

describe("a world with every fault in it", () => {
  it(
    "2 000 seeded schedules converge and lose nothing acknowledged",
    async () => {
      const reports = await Promise.all([runWorlds(1, PER_PART), runWorlds(1 + PER_PART, PER_PART)]);
      for (const { failure } of reports) expect(failure).toBeNull();
      const tally = emptyTally();
      for (const report of reports) addTally(tally, report.tally);
      expect(missingKinds(tally), "kinds of work of which the run did none").toEqual([]);
      expect(tally.opsCommitted).toBeGreaterThan(10_000);
      expect(tally.acks).toBeGreaterThan(8_000);
      expect(tally.deviceCrashes).toBeGreaterThan(1_000);
      expect(tally.serverCrashes).toBeGreaterThan(1_000);
      expect(tally.attacks).toBeGreaterThan(500);
    },
    3 * MINUTES,
  );

  it(
    "a seed gives the same world each time",
    async () => {
      const [first, second] = await Promise.all([runWorlds(7, 20), runWorlds(7, 20)]);
      expect(first.tally).toEqual(second.tally);
    },
    MINUTES,
  );
});
