// Honest editing in small random worlds: the rule must never stand in its way. fuzz/text-validity.ts runs the same for longer.
import { describe, expect, it } from "vitest";
import { randomFrom } from "./text-random.test-support.ts";
import { honestWorld } from "./text-world.test-support.ts";

const RUNS = 10_000;
const STEPS = 30;
const FIRST_SEED = 1;

describe("honest editing", () => {
  it(
    "[L66] 10 000 random runs of honest editing by authors with tabs, undo, laggards and reloads have no op refused, and all replicas converge",
    { timeout: 120_000 },
    () => {
      let ops = 0;
      for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
        const world = honestWorld(randomFrom(seed));
        for (let step = 0; step < STEPS; step += 1) world.step();
        const texts = world.settle();
        if (world.refusals.length > 0 || new Set(texts).size !== 1) {
          throw new Error(
            `seed ${seed}: refused ${world.refusals.map((refusal) => refusal.fault).join()}; texts ${JSON.stringify(texts)}`,
          );
        }
        ops += world.log.length;
      }
      // The worlds did write: about five ops each.
      expect(ops).toBeGreaterThan(3 * RUNS);
    },
  );
});
