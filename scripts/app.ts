// Builds the app into apps/web/dist when a file that goes into it is newer, older or gone since the last time.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { copyCardFiles } from "../worker/src/card/make/card-files.ts";
import { childEnvironment, ROOT, toolScript } from "./root.ts";

const APP = path.join(ROOT, "apps/web");
const INPUTS = [
  "package-lock.json",
  "apps/web/{index.html,vite.config.ts,package.json}",
  "apps/web/{src,public}/**/*",
  "packages/*/{package.json,src/**/*}",
];
const STAMP = path.join(ROOT, "node_modules/.cache/reed/app-build");

function inputs(): string {
  const hash = createHash("sha256");
  for (const file of globSync(INPUTS, { cwd: ROOT }).toSorted()) {
    const { mtimeMs, size } = statSync(path.join(ROOT, file));
    if (!file.endsWith(".test.ts")) hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** Builds if needed; throws when the build fails, with what vite printed above. */
export function buildApp(): void {
  const wanted = inputs();
  const isBuilt = existsSync(path.join(APP, "dist/index.html")) && existsSync(STAMP);
  if (isBuilt && readFileSync(STAMP, "utf8") === wanted) return copyCardFiles(path.join(APP, "dist"));
  console.log("Building the app…");
  const vite = [toolScript("vite/bin/vite.js"), "build", "--logLevel", "warn"];
  const { status } = spawnSync(process.execPath, vite, {
    cwd: APP,
    stdio: "inherit",
    env: childEnvironment({ NODE_ENV: "production" }),
  });
  if (status !== 0) throw new Error("the app did not build");
  copyCardFiles(path.join(APP, "dist"));
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, wanted);
}
