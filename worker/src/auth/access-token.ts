// Access tokens: who the caller is, for a quarter of an hour.
import { type Principal, userPrincipal } from "@reed/log";
import { ApiProblem } from "../http/problem.ts";
import type { SignedToken, TokenKey, TokenKind } from "./token-key.ts";

const ACCESS: TokenKind = { typ: "reed-access+jwt", audience: "reed-api", lifetimeMs: 15 * 60 * 1000 };

const USER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Caller {
  readonly userId: string;
  readonly principal: Principal;
}

export function issueAccessToken(key: TokenKey, userId: string, nowMs: number): Promise<SignedToken> {
  return key.sign(ACCESS, { sub: userId }, nowMs);
}

/** Throws an ApiProblem for a token that is not (any longer) good. */
export async function verifyAccessToken(key: TokenKey, token: string, nowMs: number): Promise<Caller> {
  const verdict = await key.verify(ACCESS, token, nowMs);
  if (verdict.type === "expired") throw new ApiProblem("token_expired");
  const userId = verdict.type === "valid" ? verdict.payload.sub : undefined;
  if (userId === undefined || !USER_ID.test(userId)) throw new ApiProblem("unauthenticated");
  return { userId, principal: userPrincipal(userId) };
}
