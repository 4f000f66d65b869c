// Numbers of a run, kept beside the benches with where and when they were taken.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import path from "node:path";
import process from "node:process";

/** What was measured, with the day and the machine. */
export function dated<Result extends object>(result: Result) {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "?"}, Node ${process.versions.node}`,
    ...result,
  };
}

/** Writes it into `baselines`. */
export function keep(name: string, result: ReturnType<typeof dated>): void {
  const folder = path.join(import.meta.dirname, "baselines");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}-${result.date}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
