// The secrets of a development server: made once, kept in .dev.vars (which git ignores), never printed. A deployment sets
// the same names with `wrangler secret put`. Throwing the file away makes every note of .wrangler/state unverifiable.
import { randomBytes } from "node:crypto";
import { appendFileSync, chmodSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./root.ts";

/** Each 32 random bytes, base64url. README.md says what each is for. */
const SECRETS = ["PLATFORM_SEED", "GATEWAY_SEED", "TOKEN_SEED", "CARD_SECRET", "PASSWORD_PEPPER"] as const;

/** Adds the secrets that .dev.vars lacks; what is there stays. */
export function makeSecrets(file = path.join(ROOT, ".dev.vars")): void {
  const present = existsSync(file) ? readFileSync(file, "utf8") : "";
  const missing = SECRETS.filter((name) => !new RegExp(`^${name}=`, "m").test(present));
  if (missing.length === 0) return;
  const lines = missing.map((name) => `${name}=${randomBytes(32).toString("base64url")}\n`);
  const gap = present === "" || present.endsWith("\n") ? "" : "\n";
  appendFileSync(file, gap + lines.join(""), { mode: 0o600 });
  chmodSync(file, 0o600);
}
