// Can somebody tell from the time that a refused sign-in takes whether the username exists? Signs in to a server of its own, with
// wrong passwords for people who are there and for people who are not, at full cost, in random order, and prints how well the two
// can be told apart (docs/spec/accounts.md, U4). Some ten minutes at 2000 tries; with far fewer, chance alone exceeds the bound.
//   npm run timing -- [--tries 2000] [--port n]
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { areaUnderCurve } from "@reed/testkit";
import { startServer } from "./server.ts";

const { values } = parseArgs({
  options: {
    tries: { type: "string", default: "2000" },
    port: { type: "string", default: "8899" },
  },
});
const tries = Number(values.tries);
/** A name may be tried so often with a wrong password before it is limited. */
const TRIES_PER_NAME = 9;
const MAX_AREA = 0.55;
/** The first ones pay for what is loaded late. */
const WARM_UP = 20;
const REBUILD_MS = 2000;

interface Name {
  readonly kind: "known" | "unknown";
  readonly username: string;
}

/** `status` null: the server was being built anew, because somebody changed a file. */
async function post(url: string, body: unknown): Promise<{ readonly status: number | null; readonly ms: number }> {
  const startedAt = performance.now();
  const headers = { "Content-Type": "application/json" };
  try {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
    if (response.status !== 503) return { status: response.status, ms: performance.now() - startedAt };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await sleep(REBUILD_MS);
  return { status: null, ms: Number.NaN };
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function median(sample: readonly number[]): number {
  return sample.toSorted((a, b) => a - b)[Math.floor(sample.length / 2)] ?? Number.NaN;
}

async function measure(url: string): Promise<Readonly<Record<Name["kind"], readonly number[]>>> {
  const perKind = Math.ceil((tries + WARM_UP) / 2);
  const names: Name[] = [];
  while (names.length * TRIES_PER_NAME < perKind * 2) {
    const known: Name = { kind: "known", username: `t-${randomUUID().slice(0, 13)}` };
    const made = await post(`${url}/api/accounts`, { username: known.username, password: "correct horse battery" });
    if (made.status === null) continue;
    if (made.status !== 201) throw new Error(`no account: ${made.status}`);
    names.push(known, { kind: "unknown", username: `t-${randomUUID().slice(0, 13)}` });
  }
  const plan = shuffled(names.flatMap((name) => Array.from({ length: TRIES_PER_NAME }, () => name)));
  const times: Record<Name["kind"], number[]> = { known: [], unknown: [] };
  for (const [index, { kind, username }] of plan.slice(0, tries + WARM_UP).entries()) {
    const { status, ms } = await post(`${url}/api/session`, { username, password: `wrong password ${index}` });
    if (status === null) continue;
    if (status !== 401) throw new Error(`a wrong password was answered ${status}`);
    if (index >= WARM_UP) times[kind].push(ms);
  }
  return times;
}

const stateDir = mkdtempSync(path.join(tmpdir(), "reed-timing-"));
const server = await startServer({ port: Number(values.port), stateDir });
try {
  const { known, unknown } = await measure(server.url);
  const area = areaUnderCurve(known, unknown);
  const told = Math.max(area, 1 - area);
  console.log(`wrong password: ${known.length} tries, median ${median(known).toFixed(1)} ms`);
  console.log(`unknown name:   ${unknown.length} tries, median ${median(unknown).toFixed(1)} ms`);
  console.log(`area under the curve ${told.toFixed(3)}, at most ${MAX_AREA}`);
  if (told > MAX_AREA) process.exitCode = 1;
} finally {
  await server.stop();
  rmSync(stateDir, { recursive: true, force: true });
}
