// The first half of .ci/run: see run-ci.ts.
import { runInstalled } from "./install.mjs";

runInstalled("run-ci.ts", process.argv.slice(2));
