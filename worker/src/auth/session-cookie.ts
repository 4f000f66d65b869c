// The cookie that carries a refresh token: out of the reach of scripts, of other hosts and of plain HTTP (browsers take localhost
// for safe), and a jar of its own inside Discord. A browser sends it along whoever asks, so a call that rests on it must name an
// origin that is ours or listed; and it is set for no other, or a foreign page could sign a person in as somebody else.
import { deleteCookie, generateCookie, getCookie, setCookie } from "hono/cookie";
import { configOf } from "../env.ts";
import type { AppContext } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { SESSION_MS } from "./refresh-token.ts";

const NAME = "__Host-reed";
const ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "None", partitioned: true } as const;

export function setSessionCookie(c: AppContext, refreshToken: string): void {
  setCookie(c, NAME, refreshToken, { ...ATTRIBUTES, maxAge: SESSION_MS / 1000 });
}

export function clearSessionCookie(c: AppContext): void {
  deleteCookie(c, NAME, ATTRIBUTES);
}

/** The same as the header's value, for answers that are problems. */
export function clearedCookie(): string {
  return generateCookie(NAME, "", { ...ATTRIBUTES, maxAge: 0 });
}

/** The refresh token of the cookie; null without one. Throws an ApiProblem where the origin may not use it. */
export function sessionCookieOf(c: AppContext): string | null {
  const token = getCookie(c, NAME);
  if (token === undefined) return null;
  const origin = c.req.header("Origin");
  if (origin === undefined || !isOurs(c, origin)) throw new ApiProblem("origin_refused");
  return token;
}

/** Throws an ApiProblem for a page that is neither ours nor listed. A caller that names no origin is no page. */
export function requireOriginForCookie(c: AppContext): void {
  const origin = c.req.header("Origin");
  if (origin !== undefined && !isOurs(c, origin)) throw new ApiProblem("origin_refused");
}

function isOurs(c: AppContext, origin: string): boolean {
  return origin === new URL(c.req.url).origin || configOf(c.env).allowedOrigins.has(origin);
}
