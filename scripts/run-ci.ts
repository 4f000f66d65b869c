// The judge of a commit: the static checks of `npm run verify`, each counted as one test, then all tests. The last line is
// the sum of both.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { runTests } from "./all-tests.ts";
import { childEnvironment, ROOT } from "./root.ts";
import { add, closingLine, NOTHING, type Tally } from "./tally.ts";

/** In the order of `npm run verify`. */
const CHECKS = ["format:check", "lint", "types", "unused", "specs"];

function check(name: string): Tally {
  const { status } = spawnSync("npm", ["run", "--silent", name], {
    cwd: ROOT,
    stdio: "inherit",
    env: childEnvironment(),
  });
  console.log(`${name}: ${status === 0 ? "passed" : "failed"}`);
  return status === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
}

const checks = CHECKS.map(check).reduce(add, NOTHING);
const tests = runTests([]);
if (tests.passed === 0) console.log("No test passed.");
const total = add(checks, tests);
console.log(closingLine(total));
process.exitCode = total.failed > 0 || tests.passed === 0 ? 1 : 0;
