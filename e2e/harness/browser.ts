// Which Chromium the end-to-end tests drive, and how it gets here. Playwright's own download is the last resort, because it
// is the slowest and some networks refuse it.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { chromium } from "playwright";
import { childEnvironment, ROOT, toolScript } from "../../scripts/root.ts";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MAC_APPS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * What tests start Chromium with. As root it refuses its sandbox; the others keep it from calling home, which takes time and,
 * on a closed network, fills the log with refusals.
 */
export const CHROMIUM_FLAGS: readonly string[] = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const candidates = COMMANDS.flatMap((command) => folders.map((folder) => path.join(folder, command)));
  return [...candidates, ...MAC_APPS].find(isProgram);
}

/** `own`: Playwright has one and knows where; null: there is none. */
export type Browser = { readonly type: "own" } | { readonly type: "at"; readonly path: string } | null;

/** CHROMIUM_PATH, or else Playwright's own, or else one that the system has. */
export function findBrowser(): Browser {
  const given = process.env["CHROMIUM_PATH"];
  if (given !== undefined && given !== "") {
    if (!isProgram(given)) throw new Error(`CHROMIUM_PATH is ${given}, where there is no program`);
    return { type: "at", path: given };
  }
  if (existsSync(chromium.executablePath())) return { type: "own" };
  const found = onPath();
  return found === undefined ? null : { type: "at", path: found };
}

function run(command: string, args: readonly string[]): boolean {
  return (
    spawnSync(command, args, {
      cwd: ROOT,
      stdio: "inherit",
      env: childEnvironment({ DEBIAN_FRONTEND: "noninteractive" }),
    }).status === 0
  );
}

function installFromDebian(): boolean {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return false;
  const install = (): boolean => run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"]);
  return install() || (run("apt-get", ["update", "-q"]) && install());
}

/** Finds a browser or installs one; throws when there is no way. */
export function needBrowser(): void {
  if (findBrowser() !== null) return;
  console.log("Installing a browser for the end-to-end tests…");
  if (!installFromDebian()) run(process.execPath, [toolScript("@playwright/test/cli.js"), "install", "chromium"]);
  if (findBrowser() === null) throw new Error("no Chromium was found or could be installed; name one in CHROMIUM_PATH");
}
