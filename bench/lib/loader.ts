// Runs one load generator to its end.
import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Job, JobResult } from "../load/job.ts";
import type { BenchServer } from "./servers.ts";

/** Longer than the longest job. */
const WITHIN_MS = 400_000;
const LOAD = path.resolve(import.meta.dirname, "../load");

export interface LoaderOptions {
  readonly seed: number;
  /** Called at each stage that the job has; it goes on afterwards. */
  readonly onStage?: ((name: string) => Promise<void>) | undefined;
}

/** The result of `job`. Throws a WrongAnswer where an answer was wrong. */
export async function runJob(server: BenchServer, job: Job, { seed, onStage }: LoaderOptions): Promise<JobResult> {
  const order = { server: server.name, url: server.url, seed, job };
  const result = (await runScript("main.ts", order, onStage)) as JobResult;
  if (result.fault !== null) throw new WrongAnswer(result.fault, result);
  return result;
}

/** Runs a script of load/ with its order; the last line that it prints is its answer, lines that begin with @ are its stages. */
export async function runScript(script: string, order: unknown, onStage?: LoaderOptions["onStage"]): Promise<unknown> {
  const child = spawn(process.execPath, [path.join(LOAD, script), JSON.stringify(order)], { stdio: "pipe" });
  let last = "";
  let errors = "";
  let stages = Promise.resolve();
  child.stderr.on("data", (data: Buffer) => (errors = (errors + data.toString()).slice(-4000)));
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith("@")) last = line === "" ? last : line;
    else stages = stages.then(async () => onStage?.(line.slice(1))).then(() => void child.stdin.write("\n"));
  });
  const late = setTimeout(() => child.kill("SIGKILL"), WITHIN_MS);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(late);
  await stages;
  if (code !== 0 || !last.startsWith("{")) throw new Error(`the load generator ended with ${code}: ${errors}`);
  return finite(JSON.parse(last));
}

/** Deliveries were lost, doubled, out of order or too late to count. */
class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
  readonly result: JobResult;

  constructor(fault: string, result: JobResult) {
    super(fault);
    this.result = result;
  }
}

/** JSON has no NaN: what was not measured came as null. */
function finite(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, inner === null && key !== "fault" ? Number.NaN : finite(inner)]),
  );
}
