// Worlds in a process of their own: planted bugs need one, since a module is loaded once; and two keep two cores busy.
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Tally } from "./tally.ts";

export interface WorldsReport {
  /** How many worlds ran, the one that broke included. */
  readonly worlds: number;
  readonly ms: number;
  readonly failure: { readonly seed: number; readonly error: string } | null;
  readonly tally: Tally;
}

/** Every process loads the same hundred files: compiled once, they start twice as fast. */
const ENVIRONMENT = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "reed-worlds") };
const PROGRAM = join(import.meta.dirname, "run-world.ts");

/** Runs `seeds` worlds from number `from` on, until one breaks. Rejects where the program itself fails. */
export function runWorlds(from: number, seeds: number, mutant: string | null = null): Promise<WorldsReport> {
  const choice = mutant === null ? [] : ["--mutant", mutant];
  const args = [PROGRAM, "--from", String(from), "--seeds", String(seeds), ...choice];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 26, env: ENVIRONMENT }, (error, stdout, stderr) => {
      const line = stdout.trim().split("\n").at(-1) ?? "";
      if (line.startsWith("{")) resolve(JSON.parse(line) as WorldsReport);
      else reject(new Error(`the worlds did not run: ${stderr}`, { cause: error }));
    });
  });
}
