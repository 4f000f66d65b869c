// `npm test [-- filter…]`. The last line is the sum; the exit code is not 0 when a test failed or none ran.
import process from "node:process";
import { runTests } from "./all-tests.ts";
import { closingLine } from "./tally.ts";

const total = runTests(process.argv.slice(2));
if (total.passed + total.failed === 0) console.log("No test ran.");
console.log(closingLine(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
