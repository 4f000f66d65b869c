// The benches, all or some: `npm run bench -- [--only a,b] [--against relay,hocuspocus] [--runs 5] [--quick] [--save]`. README.md says what each measures.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, hostname, release, totalmem } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Contestant, type Part, SERVERS } from "./lib/part.ts";
import { type Recorded, rowKey, tableOf, type Verdict, verdictsOf } from "./lib/report.ts";
import { installPeers } from "./lib/servers.ts";
import { summarize, type Summary } from "./lib/stats.ts";
import { client } from "./parts/client.ts";
import { coldOpen } from "./parts/cold-open.ts";
import { cost } from "./parts/cost.ts";
import { idle } from "./parts/idle.ts";
import { latency } from "./parts/latency.ts";
import { throughput } from "./parts/throughput.ts";
import { typists } from "./parts/typists.ts";
import { watching } from "./parts/watching.ts";

const PARTS: readonly Part[] = [throughput, latency, typists, coldOpen, idle, cost, client, watching];
const BENCH = import.meta.dirname;
const MARKS = ["<!-- table -->", "<!-- /table -->"] as const;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    against: { type: "string" },
    runs: { type: "string" },
    quick: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
  },
});
const isQuick = values.quick;
const runs = Number(values.runs ?? (isQuick ? 1 : 5));
const letters = values.only?.split(",") ?? PARTS.map(({ letter }) => letter);
// (e) is measured in (b) and (g).
const wanted = new Set(letters.flatMap((letter) => (letter === "e" ? ["b", "g"] : [letter])));
const parts = PARTS.filter(({ letter }) => wanted.has(letter));

const against = values.against?.split(",");
// Reed is always measured.
const servers = SERVERS.filter((name) => name === "reed" || (against?.includes(name) ?? true));

const recorded = new Map<string, Map<Contestant, number[]>>();
const failures: string[] = [];

installPeers();
for (let run = 0; run < runs; run += 1) {
  for (const part of parts) {
    console.log(`\n== run ${run + 1} of ${runs}: (${part.letter}) ${part.title}`);
    await part.run({
      isQuick,
      servers,
      run,
      record(key, contestant, value) {
        const row = recorded.get(rowKey(part, key)) ?? new Map<Contestant, number[]>();
        recorded.set(rowKey(part, key), row);
        row.set(contestant, [...(row.get(contestant) ?? []), value]);
      },
      recorded: (key, contestant) => recorded.get(rowKey(part, key))?.get(contestant) ?? [],
      fail(what) {
        failures.push(`${part.letter}: ${what}`);
        console.log(`   FAILED ${what}`);
      },
      say: (line) => console.log(`   ${line}`),
    });
  }
}

const machine = `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, Node ${process.versions.node}`;
const heading = `${new Date().toISOString().slice(0, 10)}, ${machine}. ${runs} runs${isQuick ? ", quick" : ""}: median (lowest–highest).`;
const verdicts = verdictsIn(parts, recorded);
const met = verdicts.filter(({ isMet }) => isMet).length;
console.log(`\n${heading}\n${tableOf(parts, recorded)}\n\n${met} of ${verdicts.length} promises met.`);
for (const failure of failures) console.log(`FAILED ${failure}`);
if (values.save) save();
process.exit(failures.length === 0 ? 0 : 1);

function verdictsIn(of: readonly Part[], numbers: Recorded): readonly Verdict[] {
  return of.flatMap((part) => verdictsOf(part, numbers).filter(({ ratio }) => Number.isFinite(ratio)));
}

interface Baseline {
  readonly failures: readonly string[];
  readonly rows: Readonly<Record<string, Readonly<Record<string, Summary>>>>;
}

/** Keeps the numbers as the baseline of this machine and day, and its table in the README. What was not measured now stays. */
function save(): void {
  const name = `${new Date().toISOString().slice(0, 10)}-${hostname().replaceAll(/[^a-z0-9-]/gi, "") || "machine"}`;
  const file = path.join(BENCH, "baselines", `${name}.json`);
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Baseline) : { failures: [], rows: {} };
  const isMeasured = (mark: string): boolean => parts.some(({ letter }) => mark.startsWith(letter));
  const all: Recorded = new Map([
    ...Object.entries(kept.rows)
      .filter(([key]) => !isMeasured(key))
      .map(
        ([key, row]) =>
          [
            key,
            new Map((Object.entries(row) as [Contestant, Summary][]).map(([who, { runs: known }]) => [who, known])),
          ] as const,
      ),
    ...recorded,
  ]);
  const rows = Object.fromEntries(
    [...all].map(([key, row]) => [
      key,
      Object.fromEntries([...row].map(([who, numbers]) => [who, summarize(numbers)])),
    ]),
  );
  const failed = [...kept.failures.filter((failure) => !isMeasured(failure)), ...failures];
  mkdirSync(path.dirname(file), { recursive: true });
  const baseline = { machine, runs, isQuick, failures: failed, verdicts: verdictsIn(PARTS, all), rows };
  writeFileSync(file, `${JSON.stringify(baseline, null, 2)}\n`);
  const readmeFile = path.join(BENCH, "README.md");
  const readme = readFileSync(readmeFile, "utf8");
  const [start, end] = MARKS.map((mark) => readme.indexOf(mark));
  if (start === undefined || end === undefined || start < 0 || end < start)
    throw new Error("README.md has no place for the table");
  const before = readme.slice(0, start + MARKS[0].length);
  writeFileSync(readmeFile, `${before}\n\n${heading}\n${tableOf(PARTS, all)}\n\n${readme.slice(end)}`);
}
