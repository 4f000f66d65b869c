// Plain JavaScript that an untouched clone can run under Node 20, 22 or 24: it installs the packages when that is needed and
// hands over to the Node that came with them. start.mjs and test.mjs are its only callers.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const MODULES = path.join(ROOT, "node_modules");
/** From this version on Node runs TypeScript as it is, and wrangler and vitest accept it. */
const OLDEST_NODE = { major: 22, minor: 18 };

/**
 * Ends the program with one sentence.
 * @param {string} sentence
 * @returns {never}
 */
function giveUp(sentence) {
  console.error(sentence);
  process.exit(1);
}

function isStale() {
  const installed = path.join(MODULES, ".package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(path.join(ROOT, "package-lock.json")).mtimeMs > statSync(installed).mtimeMs;
}

/**
 * Runs the npm that runs us, or else the one on the path.
 * @param {readonly string[]} args
 */
function npm(args) {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const isWindows = process.platform === "win32";
  const [command, ...rest] =
    script === undefined ? [isWindows ? "npm.cmd" : "npm"] : [node ?? process.execPath, script];
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync(command, [...rest, ...args, ...options], {
    cwd: ROOT,
    stdio: "inherit",
    shell: script === undefined && isWindows,
  });
  return status === 0;
}

function install() {
  console.log("Installing packages (about a minute)…");
  if (!npm(["ci"]))
    giveUp("Reed could not install its packages: npm's own words are above. Is the npm registry reachable?");
}

/** The package of this platform's Node, out of the pinned ones. */
function nodePackage() {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const platform = `${process.platform.replace("win32", "win")}-${process.arch}`;
  return Object.keys(optionalDependencies).find(
    (name) => name === `node-${platform}` || name === `node-bin-${platform}`,
  );
}

function installedNode() {
  const name = nodePackage();
  if (name === undefined) return null;
  const file = path.join(MODULES, name, "bin", process.platform === "win32" ? "node.exe" : "node");
  return existsSync(file) ? file : null;
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor);
}

/**
 * npm 10 takes a binary's link, and once in a while the binary, away again when it drops the packages of other platforms
 * that bring a binary of the same name. Seen with 10.8.2; npm 11 and 12 don't.
 */
function mendNode() {
  const name = nodePackage();
  if (name === undefined) return;
  if (installedNode() === null) {
    rmSync(path.join(MODULES, name), { recursive: true, force: true });
    npm(["install", "--no-save"]);
  }
  const file = installedNode();
  const link = path.join(MODULES, ".bin", "node");
  if (file === null || process.platform === "win32" || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(path.relative(path.dirname(link), file), link);
}

function ownNode() {
  const node = installedNode();
  if (node !== null) return node;
  if (isNewEnough(process.versions.node)) return process.execPath;
  return giveUp(
    `Reed brings no Node for ${process.platform}-${process.arch}; run it with Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer.`,
  );
}

/**
 * Installs what is missing, then runs the TypeScript program `script` in this one's place.
 * @param {string} script
 * @param {readonly string[]} args
 */
export function runInstalled(script, args) {
  if (isStale()) install();
  mendNode();
  const node = ownNode();
  const bins = [path.dirname(node), path.join(MODULES, ".bin"), process.env.PATH ?? ""].join(path.delimiter);
  const child = spawn(node, [path.join(ROOT, "scripts", script), ...args], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, PATH: bins },
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    // Ctrl-C reaches the child by itself; this process only has to outlive it. The others come to this process alone.
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => giveUp(`Reed could not start its own Node (${error.message}).`));
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}
