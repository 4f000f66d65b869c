// `npm run specs`.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { ROOT } from "./root.ts";
import { checkQuotes, checkSpecs, rulesIn, type Source } from "./specs.ts";

const TESTS = ["{packages/*,apps/*,worker}/src/**/*.test.{ts,tsx}", "e2e/**/*.spec.ts"];
/** They quote the titles of tests, and promise nothing without. */
const QUOTING = ["docs/threat-model.md", "docs/faults.md"];

function read(...patterns: readonly string[]): readonly Source[] {
  const files = globSync([...patterns], { cwd: ROOT }).toSorted();
  return files.map((file) => ({ file, text: readFileSync(path.join(ROOT, file), "utf8") }));
}

const specs = read("docs/spec/*.md").filter(({ file }) => !file.endsWith("README.md"));
const tests = read(...TESTS);
const problems = [...checkSpecs(specs, tests), ...checkQuotes(read(...QUOTING), tests)];
for (const problem of problems) console.error(problem);
const rules = specs.flatMap(rulesIn).length;
console.log(`${rules} rules, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
