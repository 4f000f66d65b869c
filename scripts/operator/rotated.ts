// What .dev.vars becomes when the key for tokens is replaced.
import { randomBytes } from "node:crypto";

/** Former keys that are kept; a token lives for a quarter of an hour, so one would do. */
const KEPT = 2;

/** `vars`: lines NAME=value, with a TOKEN_SEED; throws without. Other lines stay as they are. */
export function rotated(vars: string, seed = randomBytes(32).toString("base64url")): string {
  const current = /^TOKEN_SEED=(\S+)$/m.exec(vars)?.[1];
  if (current === undefined) throw new Error("there is no TOKEN_SEED to replace");
  const before = /^TOKEN_SEED_PREVIOUS=(\S*)$/m.exec(vars)?.[1]?.split(",") ?? [];
  const previous = [current, ...before.filter((former) => former !== "")].slice(0, KEPT).join(",");
  const others = vars.split("\n").filter((line) => line !== "" && !/^TOKEN_SEED(?:_PREVIOUS)?=/.test(line));
  return `${[...others, `TOKEN_SEED=${seed}`, `TOKEN_SEED_PREVIOUS=${previous}`].join("\n")}\n`;
}
