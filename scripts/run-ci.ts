// The static checks of `npm run verify`, all of them even when one fails, each with its verdict.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { childEnvironment, ROOT } from "./root.ts";

/** In the order of `npm run verify`. */
const CHECKS = ["format:check", "lint", "types", "unused", "specs"];

function passes(name: string): boolean {
  const { status } = spawnSync("npm", ["run", "--silent", name], {
    cwd: ROOT,
    stdio: "inherit",
    env: childEnvironment(),
  });
  console.log(`${name} ${status === 0 ? "is good" : "has failed"}`);
  return status === 0;
}

const failed = CHECKS.filter((name) => !passes(name));
process.exitCode = failed.length > 0 ? 1 : 0;
