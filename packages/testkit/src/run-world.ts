// Runs worlds by number and stops at the first that breaks:
//   node packages/testkit/src/run-world.ts [--from 1] [--seeds 500] [--mutant name]
// Prints one line of JSON: how many worlds ran, what they did and, where one broke, its seed and the invariant. Exit 1 then.
import { parseArgs } from "node:util";
import { addTally, emptyTally } from "./tally.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "500" },
    from: { type: "string", default: "1" },
    mutant: { type: "string" },
  },
});
if (values.mutant !== undefined) {
  const { plant } = await import("./mutate.ts");
  plant(values.mutant);
}
const { runWorld } = await import("./world.ts");

const from = Number(values.from);
const tally = emptyTally();
const startMs = performance.now();
let failure: { readonly seed: number; readonly error: string } | null = null;
let seed = from;
for (; seed < from + Number(values.seeds) && failure === null; seed += 1) {
  try {
    addTally(tally, await runWorld(seed));
  } catch (error) {
    failure = {
      seed,
      error:
        error instanceof Error
          ? `${error.message}${process.env["REED_STACK"] === "1" ? `\n${error.stack}` : ""}`
          : String(error),
    };
  }
}
const report = { worlds: seed - from, ms: Math.round(performance.now() - startMs), failure, tally };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = failure === null ? 0 : 1;
