// Bytes from anybody: the rule answers whatever they are, and what it accepts is safe to give to Yjs.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bend, judgeForgeries, judgeVariants } from "./text-hostile.test-support.ts";
import { randomFrom } from "./text-random.test-support.ts";
import { checkTextUpdate, emptyTextState } from "./text-update.ts";
import { honestWorld, type LogEntry } from "./text-world.test-support.ts";

const SEED = 20_261_121;

/** A log of honest ops under clientIDs small enough to be met by chance. */
function honestLog(seed: number): readonly LogEntry[] {
  const world = honestWorld(randomFrom(seed), { clientLimit: 40 });
  for (let step = 0; step < 60; step += 1) world.step();
  world.settle();
  return world.log;
}

function* oneByteChanged({ update }: LogEntry): Iterable<Uint8Array> {
  for (let at = 0; at < update.length; at += 1) {
    for (const change of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      const bytes = update.slice();
      bytes[at] = (bytes[at] ?? 0) ^ change;
      yield bytes;
    }
  }
}

describe("hostile bytes", () => {
  it("[L50] random bytes get a verdict and never an exception", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(checkTextUpdate(bytes, "ana", emptyTextState())).toHaveProperty("ok");
    });
    fc.assert(property, { numRuns: 20_000, seed: SEED });
  });

  it(
    "[L50] every change of one byte of honest ops gets a verdict, and Yjs does with those accepted just what the effect says",
    { timeout: 60_000 },
    () => {
      const tally = judgeVariants(honestLog(SEED), oneByteChanged);
      expect(tally.refused).toBeGreaterThan(1_000);
      expect(tally.sound).toBeGreaterThan(200);
    },
  );

  it(
    "[L50] 20 000 honest ops bent at random leave nothing pending where they are accepted, and nothing in the note but text",
    { timeout: 120_000 },
    () => {
      const total = { refused: 0, sound: 0 };
      for (let seed = SEED; total.refused + total.sound < 20_000; seed += 1) {
        const random = randomFrom(seed);
        const log = honestLog(seed);
        const tally = judgeVariants(log, (entry) =>
          Array.from({ length: 30 }, () => bend(entry.update, random.pick(log).update, random)),
        );
        total.refused += tally.refused;
        total.sound += tally.sound;
      }
      expect(total.sound).toBeGreaterThan(500);
    },
  );

  it(
    "[L50] 10 000 forged updates of clients that stand on each other are refused exactly where Yjs would leave something pending",
    { timeout: 60_000 },
    () => {
      const total = { refused: 0, sound: 0 };
      for (let seed = SEED; seed < SEED + 2_000; seed += 1) {
        const random = randomFrom(seed);
        const tally = judgeForgeries(random, [3, 40, 500, 6_000].slice(0, 1 + random.below(4)), 5);
        total.refused += tally.refused;
        total.sound += tally.sound;
      }
      expect(Math.min(total.refused, total.sound)).toBeGreaterThan(2_000);
    },
  );
});
