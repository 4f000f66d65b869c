// The long run of the validity rule for text updates: honest worlds, in which no op may be refused and all texts must be equal,
// their ops bent into hostile ones, which Yjs must find sound where the rule accepts them, and forged ones, which must be
// refused exactly where Yjs would leave something pending. Prints the seed of a failure.
//   node fuzz/text-validity.ts [--seconds 60] [--seed 1]
import { parseArgs } from "node:util";
import { bend, judgeForgeries, judgeVariants, type Tally } from "../packages/log/src/text-hostile.test-support.ts";
import { randomFrom } from "../packages/log/src/text-random.test-support.ts";
import { honestWorld, type LogEntry } from "../packages/log/src/text-world.test-support.ts";

const CLIENTS = [3, 40, 500, 6_000, 70_000, 2 ** 32 - 1];

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } } });
const firstSeed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const until = performance.now() + Number(values.seconds) * 1000;
const counts = { worlds: 0, honest: 0, refused: 0, sound: 0 };

let seed = firstSeed;
do {
  try {
    const log = writeHonestly(seed);
    count(bendSome(log, seed));
    const random = randomFrom(seed ^ 0xf0e6);
    count(judgeForgeries(random, CLIENTS.slice(0, 1 + random.below(CLIENTS.length)), 10));
  } catch (error) {
    process.stderr.write(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stderr.write(`again: node fuzz/text-validity.ts --seconds 0 --seed ${seed}\n`);
    process.exit(1);
  }
  seed += 1;
} while (performance.now() < until);

process.stdout.write(`seeds ${firstSeed} to ${seed - 1}: ${JSON.stringify(counts)}\n`);
if (Number(values.seconds) >= 10 && (counts.honest < 1_000 || counts.sound < 1_000 || counts.refused < 1_000)) {
  process.stderr.write("the run did too little work to mean anything\n");
  process.exit(1);
}

function count(tally: Tally): void {
  counts.refused += tally.refused;
  counts.sound += tally.sound;
}

/** Small clientIDs, in every other world, let a changed byte name another client; one world in twenty is a long one. */
function writeHonestly(ofSeed: number): readonly LogEntry[] {
  const random = randomFrom(ofSeed);
  const world = honestWorld(random, { clientLimit: ofSeed % 2 === 0 ? 60 : undefined });
  for (let steps = random.chance(0.05) ? 400 : 20 + random.below(60); steps > 0; steps -= 1) world.step();
  const texts = world.settle();
  const [refusal] = world.refusals;
  if (refusal !== undefined) throw new Error(`an honest op was refused: ${refusal.fault}: ${refusal.update.join()}`);
  if (new Set(texts).size !== 1) throw new Error(`the replicas differ: ${JSON.stringify(texts)}`);
  counts.worlds += 1;
  counts.honest += world.log.length;
  return world.log;
}

function bendSome(log: readonly LogEntry[], ofSeed: number): Tally {
  const random = randomFrom(ofSeed ^ 0x5eed);
  return judgeVariants(log, (entry) =>
    Array.from({ length: random.chance(0.3) ? 40 : 0 }, () => bend(entry.update, random.pick(log).update, random)),
  );
}
