// Every test there is: vitest's three projects, then Playwright against the real server. Callers: `npm test` and CI.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { needBrowser } from "../e2e/harness/browser.ts";
import { buildApp } from "./app.ts";
import { childEnvironment, ROOT, toolScript } from "./root.ts";
import { add, NOTHING, type Tally, tallyPlaywright, tallyVitest } from "./tally.ts";

const REPORTS = path.join(ROOT, "test-results");
const DATA = path.resolve(ROOT, process.env["REED_DATA"] ?? "../shared/data");

function run(name: string, args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    stdio: "inherit",
    env: childEnvironment({ REED_DATA: DATA }),
  });
  if (status !== 0) console.log(`${name} ended with ${status ?? "a signal"}.`);
  return status === 0;
}

/** Runs one runner and counts. A runner that fails without saying which test counts as one failure. */
function runAndTally(name: string, args: readonly string[], tally: (json: string) => Tally): Tally {
  const file = path.join(REPORTS, `${name}.json`);
  rmSync(file, { force: true });
  const isGood = run(name, args);
  const counted = existsSync(file) ? tally(readFileSync(file, "utf8")) : NOTHING;
  return !isGood && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function runVitest(filters: readonly string[]): Tally {
  const report = ["--reporter=default", "--reporter=json", `--outputFile.json=${path.join(REPORTS, "vitest.json")}`];
  return runAndTally(
    "vitest",
    [toolScript("vitest/vitest.mjs"), "run", "--passWithNoTests", ...report, ...filters],
    tallyVitest,
  );
}

function runPlaywright(filters: readonly string[]): Tally {
  needBrowser();
  const args = [toolScript("@playwright/test/cli.js"), "test", "--pass-with-no-tests", ...filters];
  return runAndTally("playwright", args, tallyPlaywright);
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

/**
 * Runs what the filters (parts of file names) choose, and everything without any. A test that says "(data)" and was skipped
 * although the data is there counts as failed.
 */
export function runTests(filters: readonly string[]): Tally {
  mkdirSync(REPORTS, { recursive: true });
  const built = attempt(() => {
    buildApp();
    return NOTHING;
  });
  const unit = add(
    built,
    attempt(() => runVitest(filters)),
  );
  const total =
    built.failed > 0
      ? unit
      : add(
          unit,
          attempt(() => runPlaywright(filters)),
        );
  if (total.skippedForData.length === 0 || !existsSync(DATA)) return total;
  console.log(`Skipped although ${DATA} is there:\n${total.skippedForData.map((title) => `  ${title}`).join("\n")}`);
  const { length } = total.skippedForData;
  return { ...total, failed: total.failed + length, skipped: total.skipped - length };
}
