// `npm run bench:library`: a library of 10 000 notes in six scripts, 1 000 people and 50 000 grants, built in the real object under
// workerd; how long a first page and a search take there, and how many misspelt questions find their note. The work and its checks
// are worker/src/library/recall.workerd.test.ts; a wrong answer or a missed promise fails it. Prose comes from REED_DATA.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";

const ROOT = path.resolve(import.meta.dirname, "..");
const DATA = path.resolve(ROOT, process.env["REED_DATA"] ?? "../shared/data");
const RECORDING = path.join(DATA, "traces/automerge-paper.json.gz");

/** It travels in the environment, where one value has 128 KiB at most. */
const MAX_PROSE = 90_000;

function prose(): string {
  if (!existsSync(RECORDING)) {
    process.stdout.write("no REED_DATA: the notes in Latin letters are made of names, like the others\n");
    return "";
  }
  const recorded: unknown = JSON.parse(gunzipSync(readFileSync(RECORDING)).toString("utf8"));
  const text = typeof recorded === "object" && recorded !== null && "endContent" in recorded ? recorded.endContent : "";
  return String(text).slice(0, MAX_PROSE);
}

const asked = { notes: 10_000, questions: 500, people: 1000, grants: 50_000, prose: prose() };
const args = ["run", "--project", "workerd", "worker/src/library/recall.workerd.test.ts"];
const vitest = spawn(process.execPath, [path.join(ROOT, "node_modules/vitest/vitest.mjs"), ...args], {
  cwd: ROOT,
  env: { ...process.env, LIBRARY_BENCH: JSON.stringify(asked) },
  stdio: ["ignore", "pipe", "inherit"],
});
const isShown = process.argv.includes("--verbose") ? /./ : /library-bench|Tests|AssertionError|✗|×|Error:/;
createInterface({ input: vitest.stdout }).on("line", (line) => {
  if (isShown.test(line)) process.stdout.write(`${line.replace(/^.*library-bench /, "")}\n`);
});
vitest.on("exit", (code) => (process.exitCode = code ?? 1));
