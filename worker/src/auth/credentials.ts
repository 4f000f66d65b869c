// What a request brings in its Authorization header: nothing, an access token, or (command lines) a share link.
import { fromBase64Url } from "@reed/bytes";
import { type LinkId, parseLinkId } from "@reed/log";
import { configOf } from "../env.ts";
import { ApiProblem } from "../http/problem.ts";
import type { AppContext } from "../http/context.ts";
import { type Caller, verifyAccessToken } from "./access-token.ts";

export type Credentials =
  | { readonly type: "none" }
  | { readonly type: "user"; readonly caller: Caller }
  /** Its secret (16 bytes), if one was given, is not needed to read. */
  | { readonly type: "link"; readonly linkId: LinkId; readonly secret: Uint8Array | null };

const BEARER = /^Bearer ([A-Za-z0-9._-]{1,4096})$/i;
const REED_LINK = /^Reed-Link ([A-Za-z0-9_-]{16})(?:\.([A-Za-z0-9_-]{21}[AQgw]))?$/i;

/** Throws an ApiProblem for a header that is there and no good. */
export async function credentialsOf(c: AppContext): Promise<Credentials> {
  const header = c.req.header("Authorization");
  if (header === undefined) return { type: "none" };
  const token = BEARER.exec(header)?.[1];
  if (token !== undefined)
    return { type: "user", caller: await verifyAccessToken(configOf(c.env).tokens, token, Date.now()) };
  const [, link = "", secret] = REED_LINK.exec(header) ?? [];
  const linkId = parseLinkId(link);
  if (linkId !== null) return { type: "link", linkId, secret: secret === undefined ? null : fromBase64Url(secret) };
  throw new ApiProblem("unauthenticated");
}

/** The user who calls, or null for nobody. A link is no user. */
export async function callerOf(c: AppContext): Promise<Caller | null> {
  const credentials = await credentialsOf(c);
  return credentials.type === "user" ? credentials.caller : null;
}

export async function requireCaller(c: AppContext): Promise<Caller> {
  const caller = await callerOf(c);
  if (caller === null) throw new ApiProblem("unauthenticated");
  return caller;
}
