// What a request brings in its Authorization header: nothing, an access token, or (command lines) a share link.
import { fromBase64Url } from "@reed/bytes";
import { type LinkId, parseLinkId } from "@reed/log";
import { configOf } from "../env.ts";
import { ApiProblem } from "../http/problem.ts";
import type { AppContext } from "../http/context.ts";
import { readAccessToken, type SessionOf, verifyAccessToken } from "./access-token.ts";
import { type Caller, callerOfBearer } from "./caller.ts";

export type Credentials =
  | { readonly type: "none" }
  | { readonly type: "user"; readonly caller: Caller }
  /** Its secret (16 bytes), if one was given, is not needed to read. */
  | { readonly type: "link"; readonly linkId: LinkId; readonly secret: Uint8Array | null };

const BEARER = /^Bearer ([A-Za-z0-9._-]{1,4096})$/i;
const REED_LINK = /^Reed-Link ([A-Za-z0-9_-]{16})(?:\.([A-Za-z0-9_-]{21}[AQgw]))?$/i;

/**
 * Throws an ApiProblem for a header that is there and no good, or whose session has ended. `device`: by which a user wants in.
 */
export async function credentialsOf(c: AppContext, device: Uint8Array | null = null): Promise<Credentials> {
  const header = c.req.header("Authorization");
  if (header === undefined) return { type: "none" };
  const token = BEARER.exec(header)?.[1];
  if (token !== undefined) return { type: "user", caller: await callerOfToken(c, token, device) };
  const [, link = "", secret] = REED_LINK.exec(header) ?? [];
  const linkId = parseLinkId(link);
  if (linkId !== null) return { type: "link", linkId, secret: secret === undefined ? null : fromBase64Url(secret) };
  throw new ApiProblem("unauthenticated");
}

/** The user who calls, or null for nobody. A link is no user. */
export async function callerOf(c: AppContext, device: Uint8Array | null = null): Promise<Caller | null> {
  const credentials = await credentialsOf(c, device);
  return credentials.type === "user" ? credentials.caller : null;
}

export async function requireCaller(c: AppContext, device: Uint8Array | null = null): Promise<Caller> {
  const caller = await callerOf(c, device);
  if (caller === null) throw new ApiProblem("unauthenticated");
  return caller;
}

/** Throws an ApiProblem for an access token that is no good, or whose session has ended. */
export async function callerOfToken(c: AppContext, token: string, device: Uint8Array | null = null): Promise<Caller> {
  const nowMs = Date.now();
  const bearer = await verifyAccessToken(configOf(c.env).tokens, token, nowMs);
  return callerOfBearer(c.env.PLATFORM, bearer, nowMs, device);
}

/** The session that a Bearer names, also when its token has expired; null without one. Throws an ApiProblem for a forged one. */
export async function sessionOfBearer(c: AppContext): Promise<SessionOf | null> {
  const token = BEARER.exec(c.req.header("Authorization") ?? "")?.[1];
  return token === undefined ? null : readAccessToken(configOf(c.env).tokens, token, Date.now());
}
