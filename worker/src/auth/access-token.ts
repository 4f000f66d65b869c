// Access tokens: who the caller is and by which sign-in, for a quarter of an hour. Whether that sign-in still holds is asked of
// the platform (caller.ts).
import { type Principal, userPrincipal } from "@reed/log";
import { ApiProblem } from "../http/problem.ts";
import type { SignedToken, TokenKey, TokenKind, TokenVerdict } from "./token-key.ts";

const ACCESS: TokenKind = { typ: "reed-access+jwt", audience: "reed-api", lifetimeMs: 15 * 60 * 1000 };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an access token says. */
export interface Bearer {
  readonly userId: string;
  readonly principal: Principal;
  readonly sessionId: string;
}

/** What is signed into one. */
export interface SessionOf {
  readonly userId: string;
  readonly sessionId: string;
}

export function issueAccessToken(key: TokenKey, { userId, sessionId }: SessionOf, nowMs: number): Promise<SignedToken> {
  return key.sign(ACCESS, { sub: userId, sid: sessionId }, nowMs);
}

/** Throws an ApiProblem for a token that is not (any longer) good. */
export async function verifyAccessToken(key: TokenKey, token: string, nowMs: number): Promise<Bearer> {
  const verdict = await key.verify(ACCESS, token, nowMs);
  if (verdict.type === "expired") throw new ApiProblem("token_expired");
  return bearerOf(verdict);
}

/** The same, for whoever only gives something up: a token that has expired says well enough whose session it was. */
export async function readAccessToken(key: TokenKey, token: string, nowMs: number): Promise<Bearer> {
  return bearerOf(await key.verify(ACCESS, token, nowMs));
}

function bearerOf(verdict: TokenVerdict): Bearer {
  if (verdict.type === "invalid") throw new ApiProblem("unauthenticated");
  const { sub, sid } = verdict.payload;
  if (sub === undefined || !UUID.test(sub) || typeof sid !== "string" || !UUID.test(sid))
    throw new ApiProblem("unauthenticated");
  return { userId: sub, principal: userPrincipal(sub), sessionId: sid };
}
