// Runs the real server, `wrangler dev`, as a child in a process group of its own, so that all of it (wrangler, esbuild and
// the two workerd processes: a proxy and the one that holds the objects) can be stopped or killed at once. Callers: `npm
// start`, the end-to-end tests, the drills. No telemetry, no update check, no request to the outside.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, globSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { createServer } from "node:net";
import path from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { buildApp } from "./app.ts";
import { makeCertificate } from "./certificate.ts";
import { makeAdminToken } from "./operator/admin-token.ts";
import { childEnvironment, ROOT, toolScript } from "./root.ts";
import { makeSecrets } from "./secrets.ts";

export interface ServerOptions {
  /** On both loopback names; with `lan`, on every address of the machine. */
  readonly port: number;
  /** Where the objects, D1 and R2 lie. Two servers must not share one. */
  readonly stateDir: string;
  /** This machine's address in the local network, to which HTTPS is then served under a certificate made here. */
  readonly lan?: string | undefined;
  /** Variables besides those of wrangler.toml and .dev.vars. */
  readonly vars?: Readonly<Record<string, string>> | undefined;
}

export interface Server {
  /** http://localhost:<port>, no slash at the end. */
  readonly url: string;
  /** What the server printed. */
  readonly logFile: string;
  /** The workerd processes, the one that holds the objects last. Empty where `ps` is missing (Windows). */
  pids(): readonly number[];
  /** Sends `signal` to every process of the server and waits until all are gone. SIGKILL loses whatever is not on disk. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Resolves when the server has gone, for whatever reason. */
  readonly gone: Promise<void>;
}

const START_DEADLINE_MS = 90_000;
const STOP_DEADLINE_MS = 10_000;
const POLL_MS = 50;
const WRANGLER = toolScript("wrangler/bin/wrangler.js");

/** Whether somebody already listens on `port`. */
export async function isPortTaken(port: number): Promise<boolean> {
  const tries = ["127.0.0.1", "::1"].map(
    (host) =>
      new Promise<boolean>((resolve) => {
        const probe = createServer();
        probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
        probe.listen({ port, host }, () => probe.close(() => resolve(false)));
      }),
  );
  return (await Promise.all(tries)).includes(true);
}

function quiet(stateDir: string): NodeJS.ProcessEnv {
  const environment = childEnvironment({
    CI: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    NO_COLOR: "1",
    WRANGLER_CACHE_DIR: path.join(stateDir, "cache"),
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_REGISTRY_PATH: path.join(stateDir, "registry"),
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_WRITE_LOGS: "false",
  });
  // A local server has no business with an account.
  delete environment["CLOUDFLARE_API_TOKEN"];
  delete environment["CLOUDFLARE_ACCOUNT_ID"];
  return environment;
}

/** Brings the local D1 up to date; skipped when the migrations are those of the last start. */
function migrate(stateDir: string): void {
  const files = globSync("worker/migrations/*.sql", { cwd: ROOT }).toSorted();
  if (files.length === 0) return;
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(path.join(ROOT, file)));
  const wanted = hash.digest("hex");
  const stamp = path.join(stateDir, "migrated");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const args = [WRANGLER, "d1", "migrations", "apply", "platform", "--local", "--persist-to", stateDir];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: quiet(stateDir),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the database could not be migrated:\n${stdout}${stderr}`);
  writeFileSync(stamp, wanted);
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const isHttps = url.startsWith("https:");
    // The certificate is the server's own, made a moment ago.
    const options = isHttps ? { rejectUnauthorized: false, timeout: 2000 } : { timeout: 2000 };
    const asked = (isHttps ? requestHttps : requestHttp)(`${url}/healthz`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}

function isGroupAlive(child: ChildProcess): boolean {
  if (child.pid === undefined) return false;
  if (process.platform === "win32") return child.exitCode === null;
  try {
    process.kill(-child.pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || !isGroupAlive(child)) return;
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It went between the question and the signal.
  }
}

async function untilGone(child: ChildProcess, deadlineMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < deadlineMs; waitedMs += POLL_MS) {
    if (!isGroupAlive(child)) return true;
    await sleep(POLL_MS);
  }
  return !isGroupAlive(child);
}

function workerdPids(child: ChildProcess): readonly number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid=,args="], { encoding: "utf8", maxBuffer: 2 ** 24 });
  const rows = (stdout ?? "").split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  const found = rows.flatMap((row) =>
    row !== null && Number(row[2]) === child.pid && /workerd\S* serve /.test(row[3] ?? "") ? [row] : [],
  );
  // Only the process that runs the Worker is given an inspector.
  const holdsObjects = (row: RegExpExecArray): number => ((row[3] ?? "").includes("--inspector-addr") ? 1 : 0);
  return found.toSorted((left, right) => holdsObjects(left) - holdsObjects(right)).map((row) => Number(row[1]));
}

function tail(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-20).join("\n");
}

const LOOPBACK: readonly string[] = ["--ip", "127.0.0.1", "--local-protocol", "http"];

function onNetwork(stateDir: string, address: string): readonly string[] {
  const made = makeCertificate(path.join(stateDir, "certificate"), address);
  const named = made === null ? [] : ["--https-key-path", made.keyFile, "--https-cert-path", made.certificateFile];
  return ["--ip", "0.0.0.0", "--local-protocol", "https", ...named];
}

/** Starts the server and waits until it answers. Builds the app, makes the secrets and migrates D1 first where that is due. */
export async function startServer({ port, stateDir, lan, vars = {} }: ServerOptions): Promise<Server> {
  if (await isPortTaken(port))
    throw new Error(`port ${port} is taken by another program; PORT=8788 npm start takes another`);
  mkdirSync(stateDir, { recursive: true });
  makeSecrets();
  makeAdminToken();
  buildApp();
  migrate(stateDir);

  const logFile = path.join(stateDir, "server.log");
  const log = openSync(logFile, "a");
  const address = lan === undefined ? LOOPBACK : onNetwork(stateDir, lan);
  const args = [WRANGLER, "dev", "--local", "--port", String(port), ...address, "--persist-to", stateDir];
  const calm = [
    "--inspector-port",
    "0",
    "--show-interactive-dev-session=false",
    "--log-level",
    process.env["REED_LOG_LEVEL"] ?? "warn",
  ];
  const given = Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const child = spawn(process.execPath, [...args, ...calm, ...given], {
    cwd: ROOT,
    env: quiet(stateDir),
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    signalGroup(child, signal);
    if (!(await untilGone(child, STOP_DEADLINE_MS))) signalGroup(child, "SIGKILL");
    await untilGone(child, STOP_DEADLINE_MS);
  };

  const url = `${lan === undefined ? "http" : "https"}://localhost:${port}`;
  const startedAt = performance.now();
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - startedAt > START_DEADLINE_MS) {
      await kill("SIGKILL");
      throw new Error(`the server did not start; its last words (${logFile}):\n${tail(logFile)}`);
    }
    await sleep(POLL_MS);
  }
  return { url, logFile, gone, pids: () => workerdPids(child), kill, stop: () => kill("SIGINT") };
}
