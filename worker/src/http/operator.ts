// The operators' secret. Without it there is nothing at their addresses, and with a wrong one there isn't either.
import { createHash, timingSafeEqual } from "node:crypto";
import { configOf } from "../env.ts";
import type { AppContext } from "./context.ts";
import { ApiProblem } from "./problem.ts";

const OPERATOR = /^Reed-Admin ([\x21-\x7e]{1,512})$/i;

/**
 * Throws an ApiProblem for everybody else. Both secrets are hashed first, so that neither their lengths nor where they begin to
 * differ can be told from the time it takes.
 */
export function requireOperator(c: AppContext): void {
  const { adminToken } = configOf(c.env);
  const given = OPERATOR.exec(c.req.header("Authorization") ?? "")?.[1];
  if (adminToken === null || given === undefined) throw new ApiProblem("not_found");
  if (!timingSafeEqual(digestOf(given), digestOf(adminToken))) throw new ApiProblem("not_found");
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
