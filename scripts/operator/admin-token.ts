// The operators' secret: from the environment, or that of the development server, which gets one with its other secrets.
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { ROOT } from "../root.ts";

const DEV_VARS = path.join(ROOT, ".dev.vars");
const LINE = /^ADMIN_TOKEN=(\S+)$/m;

/** Adds a secret for operators to .dev.vars where there is none. The file must be there, and end in a whole line. */
export function makeAdminToken(file = DEV_VARS): void {
  if (LINE.test(readFileSync(file, "utf8"))) return;
  appendFileSync(file, `ADMIN_TOKEN=${randomBytes(32).toString("base64url")}\n`);
}

/** null: there is none. */
export function readAdminToken(file = DEV_VARS): string | null {
  const given = process.env["ADMIN_TOKEN"];
  if (given !== undefined && given !== "") return given;
  return existsSync(file) ? (LINE.exec(readFileSync(file, "utf8"))?.[1] ?? null) : null;
}
