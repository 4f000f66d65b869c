import { describe, expect, it } from "vitest";
import { addTally, emptyTally, missingKinds } from "./tally.ts";
import { runWorlds } from "./world-process.ts";

/** A process each, two at a time. */
const PARTS = 10;
const PER_PART = 1000;
const MINUTES = 60_000;

describe("a world with every fault in it", () => {
  it(
    "10 000 seeded schedules converge and lose nothing acknowledged",
    async () => {
      const tally = emptyTally();
      let next = 0;
      const lane = async (): Promise<void> => {
        for (let part = next++; part < PARTS; part = next++) {
          const report = await runWorlds(1 + part * PER_PART, PER_PART);
          expect(report.failure).toBeNull();
          addTally(tally, report.tally);
        }
      };
      await Promise.all([lane(), lane()]);
      expect(missingKinds(tally), "kinds of work of which the run did none").toEqual([]);
      expect(tally.opsCommitted).toBeGreaterThan(80_000);
      expect(tally.acks).toBeGreaterThan(60_000);
      expect(tally.deviceCrashes).toBeGreaterThan(10_000);
      expect(tally.serverCrashes).toBeGreaterThan(10_000);
      expect(tally.snapshotsMade).toBeGreaterThan(20_000);
      expect(tally.checkpoints).toBeGreaterThan(8_000);
      expect(tally.restores).toBeGreaterThan(500);
      expect(tally.scrubs).toBeGreaterThan(700);
      expect(tally.versionsRestored).toBeGreaterThan(200);
      expect(tally.compliances).toBeGreaterThan(200);
      expect(tally.handOvers).toBeGreaterThan(3_000);
      expect(tally.lags).toBeGreaterThan(1_000);
      expect(tally.divergences).toBeGreaterThan(300);
      expect(tally.attacks).toBeGreaterThan(2_500);
    },
    15 * MINUTES,
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
