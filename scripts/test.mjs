// `npm test`: see run-tests.ts.
import { runInstalled } from "./install.mjs";

runInstalled("run-tests.ts", process.argv.slice(2));
