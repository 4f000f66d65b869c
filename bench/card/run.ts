// `node bench/card/run.ts [--runs 3] [--warm 30] [--save]`: first and warm pictures of Reed's renderer and of @cf-wasm/og, each in a
// workerd of its own, asked one after the other in the same run. Every answer must be a PNG of 1200x630; README.md has the numbers.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { copyCardFiles } from "../../worker/src/card/make/card-files.ts";
import { dated, keep } from "./baseline.ts";

interface MiniflareModule {
  readonly Miniflare: new (options: unknown) => Running;
  convertV4MiniflareOptions(options: unknown): unknown;
  readonly Response: typeof Response;
}

interface Running {
  readonly ready: Promise<URL>;
  dispose(): Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, "../..");
const OUT = path.join(ROOT, "node_modules/.cache/reed/bench/card");
const ASSETS = path.join(OUT, "assets");
const CONTESTANTS = { reed: "bench/card/peer/reed.toml", "@cf-wasm/og": "bench/card/peer/peer.toml" } as const;
type Contestant = keyof typeof CONTESTANTS;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    warm: { type: "string", default: "30" },
    save: { type: "boolean", default: false },
  },
});
const wrangler = createRequire(createRequire(path.join(ROOT, "package.json")).resolve("wrangler"));
const { Miniflare, convertV4MiniflareOptions, Response: Answer } = wrangler("miniflare") as MiniflareModule;

function bundle(name: Contestant): string {
  const out = path.join(OUT, name.replaceAll(/\W/g, "-"));
  const bin = path.join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const args = [bin, "deploy", "--dry-run", "--config", CONTESTANTS[name], "--outdir", out];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false" },
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return out;
}

function modulesIn(folder: string): readonly unknown[] {
  const names = readdirSync(folder).filter((name) => /\.(js|wasm|bin|png|woff)$/.test(name));
  const main = names.filter((name) => /worker\.js$|^index\.js$/.test(name));
  return [...main, ...names.filter((name) => !main.includes(name))].map((name) => {
    const file = path.join(folder, name);
    const type = name.endsWith(".wasm") ? "CompiledWasm" : name.endsWith(".js") ? "ESModule" : "Data";
    return { type, path: file, contents: type === "ESModule" ? readFileSync(file, "utf8") : readFileSync(file) };
  });
}

async function measure(
  folder: string,
  port: number,
): Promise<{ readonly first: number; readonly warm: readonly number[]; readonly bytes: number }> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      workers: [
        {
          name: "bench",
          modulesRoot: folder,
          modules: modulesIn(folder),
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["nodejs_compat"],
          unsafeDirectSockets: [{ host: "127.0.0.1", port }],
          serviceBindings: {
            ASSETS: (request: Request) => new Answer(readFileSync(path.join(ASSETS, new URL(request.url).pathname))),
          },
        },
      ],
    }),
  );
  await miniflare.ready;
  let bytes = 0;
  const ask = async (n: number): Promise<number> => {
    const startMs = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/?n=${n}`);
    const png = Buffer.from(await answer.arrayBuffer());
    const tookMs = performance.now() - startMs;
    if (png.length < 1000 || png.readUInt32BE(16) !== 1200 || png.readUInt32BE(20) !== 630)
      throw new Error(`no picture: ${answer.status} ${png.subarray(0, 300).toString()}`);
    bytes = png.length;
    return tookMs;
  };
  try {
    const first = await ask(0);
    const warm: number[] = [];
    for (let n = 1; n <= Number(values.warm); n += 1) warm.push(await ask(n));
    return { first, warm, bytes };
  } finally {
    await miniflare.dispose();
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

copyCardFiles(ASSETS);
if (!existsSync(path.join(import.meta.dirname, "peer/node_modules")))
  spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: path.join(import.meta.dirname, "peer"),
    stdio: "inherit",
  });
const names = Object.keys(CONTESTANTS).filter((name): name is Contestant => name in CONTESTANTS);
const folders = new Map(names.map((name) => [name, bundle(name)]));
const taken = new Map<Contestant, { first: number[]; warm: number[]; bytes: number }>(
  names.map((name) => [name, { first: [], warm: [], bytes: 0 }]),
);
for (let run = 0; run < Number(values.runs); run += 1) {
  for (const [index, name] of names.entries()) {
    const result = await measure(folders.get(name) ?? "", 8960 + index);
    const all = taken.get(name);
    all?.first.push(result.first);
    all?.warm.push(...result.warm);
    if (all !== undefined) all.bytes = result.bytes;
  }
}
const rows = Object.fromEntries(
  [...taken].map(([name, { first, warm, bytes }]) => [
    name,
    {
      firstMs: Math.round(median(first)),
      warmP50Ms: Math.round(median(warm)),
      warmMostMs: Math.round(Math.max(...warm)),
      bytes,
    },
  ]),
);
const ratio = (rows["@cf-wasm/og"]?.warmP50Ms ?? 0) / (rows["reed"]?.warmP50Ms ?? 1);
const result = dated({ runs: Number(values.runs), rows, warmRatio: Math.round(ratio * 100) / 100 });
console.log(JSON.stringify(result, null, 2));
if (values.save) keep("pictures", result);
process.exit(0);
