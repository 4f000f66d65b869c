// What signing up, signing in and refreshing answer with: an access token, and a refresh token in a cookie or in the answer.
import type { OwnUser, SessionResponse, Transport } from "@reed/api";
import { issueAccessToken } from "../auth/access-token.ts";
import type { CallerSpace } from "../auth/caller-space.ts";
import { FAMILY_BYTES, type MadeToken, makeRefreshToken, REFRESH_ENTROPY_BYTES } from "../auth/refresh-token.ts";
import { requireOriginForCookie, setSessionCookie } from "../auth/session-cookie.ts";
import { configOf } from "../env.ts";
import type { AppContext } from "../http/context.ts";

/** Of a new family, unless one goes on. */
export function newRefreshToken(family: Uint8Array = randomBytes(FAMILY_BYTES)): MadeToken {
  return makeRefreshToken(family, randomBytes(REFRESH_ENTROPY_BYTES));
}

/**
 * The way that was asked for, a cookie if none was; inside Discord the answer, whatever was asked: a cookie outlives the channel and
 * is good for other pages too. Throws an ApiProblem where the origin may have no cookie from us.
 */
export function requireTransport(
  c: AppContext,
  asked: Transport | undefined,
  space: CallerSpace | null = null,
): Transport {
  const transport = space === null ? (asked ?? "cookie") : "body";
  if (transport === "cookie") requireOriginForCookie(c);
  return transport;
}

export interface Opened {
  readonly sessionId: string;
  readonly refresh: MadeToken;
  readonly transport: Transport;
}

export async function answerSignedIn(
  c: AppContext,
  user: OwnUser,
  opened: Opened,
  status: 200 | 201,
): Promise<Response> {
  return c.json(await sessionResponse(c, user, opened), status, { "Cache-Control": "no-store" });
}

/** Sets the cookie, where that is the way. */
export async function sessionResponse(
  c: AppContext,
  user: OwnUser,
  { sessionId, refresh, transport }: Opened,
): Promise<SessionResponse> {
  const session = { userId: user.id, sessionId };
  const { token, expiresAtMs } = await issueAccessToken(configOf(c.env).tokens, session, Date.now());
  if (transport === "cookie") setSessionCookie(c, refresh.text);
  return {
    user,
    accessToken: token,
    expiresAt: new Date(expiresAtMs).toISOString(),
    ...(transport === "body" ? { refreshToken: refresh.text } : {}),
  };
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
