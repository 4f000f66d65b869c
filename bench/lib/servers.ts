// Starts and stops the servers that are measured: each alone, each from nothing, each in a directory of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import type { HostOptions } from "../host/options.ts";
import { childrenOf, type Usage, usageOf } from "./proc.ts";

export const ROOT = path.resolve(import.meta.dirname, "../..");
const BENCH = path.join(ROOT, "bench");
const PEERS = path.join(BENCH, "peers");
export const CACHE = path.join(ROOT, "node_modules/.cache/reed/bench");
/** What host/workerd.ts prints. */
const READY = '{"port":';
const START_WITHIN_MS = 60_000;

export type ServerName = "reed" | "relay" | "y-partyserver" | "y-websocket" | "hocuspocus" | "replay";

export interface ServerOptions {
  /** Keep the state of an earlier server. */
  readonly stateDir?: string | undefined;
  /** Reed only: count rows, alarms and wake-ups, which costs time. */
  readonly isCounted?: boolean | undefined;
  readonly inspectorPort?: number | undefined;
  /** Reed only: the files of the built app, for pages and pictures. */
  readonly assetsDir?: string | undefined;
  /** Reed only: lets in as many people as a deployment does, and no more. */
  readonly hasOwnLimits?: boolean | undefined;
}

export interface BenchServer {
  readonly name: ServerName;
  readonly url: string;
  readonly stateDir: string;
  /** Of the process that does the work. */
  usage(): Usage;
  stop(options?: { readonly keepsState: boolean }): Promise<void>;
}

function quiet(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: "true",
    NO_COLOR: "1",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_WRITE_LOGS: "false",
    ...extra,
  };
}

function run(what: string, command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: quiet(), encoding: "utf8" });
  if (status !== 0) throw new Error(`${what} failed:\n${stdout}${stderr}`);
}

/** Installs the peers at the versions of their lock file, once. */
export function installPeers(): void {
  const lock = readFileSync(path.join(PEERS, "package-lock.json"), "utf8");
  const wanted = createHash("sha256").update(lock).digest("hex");
  const stamp = path.join(PEERS, "node_modules/.bench-stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("Installing the peers…");
  const args = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps"];
  run("npm ci of the peers", "npm", args, PEERS);
  writeFileSync(stamp, wanted);
}

/** Bundles Reed's worker as a deployment would, with the module that counts next to it. */
function bundleReed(): string {
  const out = path.join(CACHE, "reed");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(path.join(ROOT, "apps/web/dist"), { recursive: true });
  const wrangler = path.join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  run("the bundle", process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", out], ROOT);
  writeFileSync(path.join(out, "counted.js"), readFileSync(path.join(BENCH, "host/counted.mjs")));
  return out;
}

function bundlePeer(name: string): string {
  const out = path.join(CACHE, name);
  mkdirSync(out, { recursive: true });
  const esbuild = path.join(ROOT, "node_modules/esbuild/bin/esbuild");
  const target = ["--bundle", "--format=esm", "--platform=browser", "--conditions=workerd,worker,browser"];
  const args = [
    `${name}.worker.mjs`,
    ...target,
    "--external:cloudflare:*",
    "--external:node:*",
    `--outfile=${out}/index.js`,
  ];
  run(`the bundle of ${name}`, esbuild, args, PEERS);
  return out;
}

const OBJECTS: Readonly<Partial<Record<ServerName, Readonly<Record<string, string>>>>> = {
  reed: { NOTE: "NoteObject", LIBRARY: "LibraryObject", SPACE: "SpaceObject" },
  relay: { RELAY: "Relay" },
  replay: { REPLAY: "Replay" },
  "y-partyserver": { DOC: "Doc" },
};

const bundles: Partial<Record<ServerName, string>> = {};
const running = new Set<ChildProcess>();
const made = new Set<string>();
process.on("exit", () => {
  for (const child of running) kill(child, "SIGKILL");
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

export async function startServer(name: ServerName, options: ServerOptions = {}): Promise<BenchServer> {
  const port = await freePort();
  const stateDir = options.stateDir ?? mkdtempSync(path.join(tmpdir(), `reed-bench-${name}-`));
  made.add(stateDir);
  const url = `http://127.0.0.1:${port}`;
  const isWorker = OBJECTS[name] !== undefined;
  const child = isWorker ? spawnWorker(name, port, stateDir, options) : spawnNode(name, port);
  running.add(child);
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data: Buffer) => (log = (log + data.toString()).slice(-20_000)));
  const startedAt = performance.now();
  // The host of a Worker speaks up when its tables are made.
  const isReady = (): boolean => !isWorker || log.includes(READY);
  while (!isReady() || !(await answers(url))) {
    if (child.exitCode !== null || performance.now() - startedAt > START_WITHIN_MS) {
      kill(child, "SIGKILL");
      throw new Error(`${name} did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const pid = child.pid ?? 0;
  const worker = isWorker ? (childrenOf(pid, "workerd")[0] ?? pid) : pid;
  return {
    name,
    url,
    stateDir,
    usage: () => usageOf(worker),
    async stop({ keepsState } = { keepsState: false }) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        const late = setTimeout(() => kill(child, "SIGKILL"), 8000);
        await gone;
        clearTimeout(late);
      }
      kill(child, "SIGKILL");
      running.delete(child);
      if (!keepsState) rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function spawnWorker(name: ServerName, port: number, stateDir: string, options: ServerOptions): ChildProcess {
  const bundleDir = (bundles[name] ??= name === "reed" ? bundleReed() : bundlePeer(name));
  const host: HostOptions = {
    bundleDir,
    main: options.isCounted === true ? "counted.js" : "index.js",
    port,
    stateDir,
    objects: OBJECTS[name] ?? {},
    inspectorPort: options.inspectorPort,
    assetsDir: options.assetsDir,
    ...(name === "reed" ? reedBindings(stateDir, options.hasOwnLimits === true ? {} : CROWD) : {}),
  };
  return spawn(process.execPath, [path.join(BENCH, "host/workerd.ts"), JSON.stringify(host)], {
    cwd: ROOT,
    env: quiet(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function spawnNode(name: ServerName, port: number): ChildProcess {
  const script = name === "hocuspocus" ? "hocuspocus.mjs" : "node_modules/@y/websocket-server/src/server.js";
  return spawn(process.execPath, [script], {
    cwd: PEERS,
    env: quiet({ HOST: "127.0.0.1", PORT: String(port), NODE_ENV: "production" }),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

/** Part (c) looks for the most typists: what a deployment allows must not be the answer. */
const CROWD = { MAX_EDITORS: "1000", MAX_READERS: "500" };

/** Secrets and tables are made once for each state. */
function reedBindings(
  stateDir: string,
  limits: Readonly<Record<string, string>>,
): Pick<HostOptions, "bindings" | "d1" | "r2" | "tables"> {
  const file = path.join(stateDir, "secrets.json");
  const stores = { d1: { PLATFORM: "platform" }, r2: { BLOBS: "blobs" } };
  if (existsSync(file))
    return { bindings: JSON.parse(readFileSync(file, "utf8")) as Record<string, string>, ...stores };
  const names = ["PLATFORM_SEED", "GATEWAY_SEED", "TOKEN_SEED", "CARD_SECRET", "PASSWORD_PEPPER"];
  const secrets = Object.fromEntries(names.map((secret) => [secret, randomBytes(32).toString("base64url")]));
  const bindings = { ...secrets, ...limits };
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, JSON.stringify(bindings));
  const migrations = globSync("worker/migrations/*.sql", { cwd: ROOT }).toSorted();
  const tables = migrations.map((migration) => readFileSync(path.join(ROOT, migration), "utf8")).join("\n");
  return { bindings, tables, ...stores };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has gone.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
