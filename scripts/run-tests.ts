// `npm test [-- filter…]`: every test there is (vitest's three projects, then Playwright against the real server), then one
// line with the sums. Filters are parts of file names. Fails when a test failed, when none ran, or when a test that says
// "(data)" was skipped although the data is there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { needBrowser } from "./browser.ts";
import { childEnvironment, ROOT, toolScript } from "./root.ts";
import { buildApp } from "./app.ts";
import { add, closingLine, NOTHING, type PlaywrightReport, type Tally, tallyPlaywright, tallyVitest, type VitestReport } from "./tally.ts";

const REPORTS = path.join(ROOT, "test-results");
const filters = process.argv.slice(2);
const data = path.resolve(ROOT, process.env["REED_DATA"] ?? "../shared/data");

function run(name: string, args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit", env: childEnvironment({ REED_DATA: data }) });
  if (status !== 0) console.log(`${name} ended with ${status ?? "a signal"}.`);
  return status === 0;
}

/** Runs one runner and counts. A runner that fails without saying which test counts as one failure. */
function runAndTally<Report>(name: string, args: readonly string[], tally: (report: Report) => Tally): Tally {
  const file = path.join(REPORTS, `${name}.json`);
  rmSync(file, { force: true });
  const isGood = run(name, args);
  // Written a moment ago by a runner of a pinned version: the one kind of outside data that is taken at its word.
  const counted = existsSync(file) ? tally(JSON.parse(readFileSync(file, "utf8")) as Report) : NOTHING;
  return !isGood && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function runVitest(): Tally {
  const report = ["--reporter=default", "--reporter=json", `--outputFile.json=${path.join(REPORTS, "vitest.json")}`];
  return runAndTally<VitestReport>("vitest", [toolScript("vitest/vitest.mjs"), "run", "--passWithNoTests", ...report, ...filters], tallyVitest);
}

function runPlaywright(): Tally {
  needBrowser();
  const args = [toolScript("@playwright/test/cli.js"), "test", "--pass-with-no-tests", ...filters];
  return runAndTally<PlaywrightReport>("playwright", args, tallyPlaywright);
}

/** A step that can't even begin is a failure with a sentence, and the others still run. */
function attempt(step: () => Tally): Tally {
  try {
    return step();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { ...NOTHING, failed: 1 };
  }
}

mkdirSync(REPORTS, { recursive: true });
const built = attempt(() => {
  buildApp();
  return NOTHING;
});
let total = add(built, attempt(runVitest));
if (built.failed === 0) total = add(total, attempt(runPlaywright));

if (existsSync(data) && total.skippedForData.length > 0) {
  console.log(`Skipped although ${data} is there:\n${total.skippedForData.map((title) => `  ${title}`).join("\n")}`);
  total = { ...total, failed: total.failed + total.skippedForData.length, skipped: total.skipped - total.skippedForData.length };
}
if (total.passed + total.failed === 0) console.log("No test ran.");
console.log(closingLine(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
