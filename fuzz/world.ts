// The long run of the simulated world: a process per core, each with its own seeds, until the time is up, so many worlds have run
// or one breaks.
//   node fuzz/world.ts [--worlds 1000000] [--seconds 600] [--from 100000]
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { addTally, emptyTally } from "../packages/testkit/src/tally.ts";
import { runWorlds } from "../packages/testkit/src/world-process.ts";

const BATCH = 500;

const { values } = parseArgs({
  options: { seconds: { type: "string" }, worlds: { type: "string" }, from: { type: "string" } },
});
/** A million worlds, where neither a number nor a time is asked for. */
const worlds = Number(values.worlds ?? (values.seconds === undefined ? 1_000_000 : Number.POSITIVE_INFINITY));
const seconds = Number(values.seconds ?? Number.POSITIVE_INFINITY);
const first = values.from === undefined ? Date.now() % 2 ** 31 : Number(values.from);
const until = performance.now() + seconds * 1000;
const tally = emptyTally();
let next = first;
let isBroken = false;

async function work(): Promise<void> {
  do {
    const from = next;
    const count = Math.min(BATCH, worlds - (from - first));
    if (count <= 0) return;
    next += count;
    const report = await runWorlds(from, count);
    addTally(tally, report.tally);
    if (report.failure === null) continue;
    isBroken = true;
    process.stderr.write(`seed ${report.failure.seed}: ${report.failure.error}\n`);
    process.stderr.write(`again: node packages/testkit/src/run-world.ts --seeds 1 --from ${report.failure.seed}\n`);
  } while (performance.now() < until && !isBroken);
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
process.stdout.write(`seeds ${first} to ${next - 1}: ${JSON.stringify(tally)}\n`);
process.exitCode = isBroken ? 1 : 0;
