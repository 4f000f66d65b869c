// A full note for a minute: `npm run crowd -- [--editors 300] [--readers 500] [--rate 1] [--seconds 60] [--server http://…]`. Against
// the Worker that a deployment would get, in a workerd of its own, or against a server that is there already. Exit code 0:
// acknowledgements came in time, everybody has the same log, and who did not fit was told.
import process from "node:process";
import { parseArgs } from "node:util";
import { runCrowd } from "./lib/crowd.ts";
import { startServer } from "./lib/servers.ts";
import { digits } from "./lib/stats.ts";

const ACK_P99_MS = 1000;
/** What one object serves (docs/spec/wire.md). */
const ROOM = { editors: 300, readers: 500 } as const;

const { values } = parseArgs({
  options: {
    editors: { type: "string", default: String(ROOM.editors) },
    readers: { type: "string", default: String(ROOM.readers) },
    rate: { type: "string", default: "1" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    server: { type: "string" },
  },
});
const [editors, readers] = [Number(values.editors), Number(values.readers)];
const isFull = editors === ROOM.editors && readers === ROOM.readers;
const server = values.server === undefined ? await startServer("reed", { hasOwnLimits: true }) : null;
const { cpuMs = Number.NaN } = server?.usage() ?? {};
const startedAt = performance.now();
const usage = process.cpuUsage();
const result = await runCrowd({
  serverUrl: server?.url ?? values.server ?? "",
  editors,
  readers,
  editsPerSecond: Number(values.rate),
  seconds: Number(values.seconds),
  isFull,
  seed: Number(values.seed),
});
const elapsedMs = performance.now() - startedAt;
const spent = process.cpuUsage(usage);
const used = server?.usage();
await server?.stop();

const { ack, faults, refusals } = result;
const p99 = ack.percentile(0.99);
const rows: readonly (readonly [string, string])[] = [
  ["editors, readers", `${editors}, ${readers}`],
  ["edits, each to everybody", digits(result.edits)],
  ["acknowledged after, p50", `${digits(ack.percentile(0.5))} ms`],
  ["acknowledged after, p99", `${digits(p99)} ms (promised: ${ACK_P99_MS} ms)`],
  ["acknowledged after, slowest", `${digits(ack.maxMs)} ms`],
  ["everybody had everything after the last edit", `${digits(result.settleMs)} ms`],
  ["one more editor is told", refusals[0] ?? "–"],
  ["one more reader is told", refusals[1] ?? "–"],
  ["newer snapshots for who polls", `${result.polls}, the last ${result.pollBehind} ops behind the end`],
  [
    "cores: server, load",
    `${digits(((used?.cpuMs ?? Number.NaN) - cpuMs) / elapsedMs)}, ${digits((spent.user + spent.system) / 1000 / elapsedMs)}`,
  ],
];
const width = Math.max(...rows.map(([title]) => title.length));
for (const [title, value] of rows) console.log(`${title.padEnd(width)}  ${value}`);
for (const fault of faults) console.log(`FAULT ${fault}`);
const areTold = !isFull || refusals.every((told) => told.endsWith(" overloaded"));
if (!areTold) console.log("FAULT who did not fit was not told so");
const isGood = faults.length === 0 && areTold && p99 <= ACK_P99_MS;
console.log(isGood ? "all promises met" : "promises broken");
process.exit(isGood ? 0 : 1);
