// What signing up, signing in and refreshing answer with: an access token, and a refresh token in a cookie or in the answer.
import type { OwnUser, SessionResponse, Transport } from "@reed/api";
import { issueAccessToken } from "../auth/access-token.ts";
import { FAMILY_BYTES, type MadeToken, makeRefreshToken, REFRESH_ENTROPY_BYTES } from "../auth/refresh-token.ts";
import { requireOriginForCookie, setSessionCookie } from "../auth/session-cookie.ts";
import { configOf } from "../env.ts";
import type { AppContext } from "../http/context.ts";

/** Of a new family, unless one goes on. */
export function newRefreshToken(family: Uint8Array = randomBytes(FAMILY_BYTES)): MadeToken {
  return makeRefreshToken(family, randomBytes(REFRESH_ENTROPY_BYTES));
}

/** The way that was asked for, a cookie if none was. Throws an ApiProblem where the origin may have no cookie from us. */
export function requireTransport(c: AppContext, asked: Transport | undefined): Transport {
  const transport = asked ?? "cookie";
  if (transport === "cookie") requireOriginForCookie(c);
  return transport;
}

export async function answerSignedIn(
  c: AppContext,
  user: OwnUser,
  { sessionId, refresh, transport }: { sessionId: string; refresh: MadeToken; transport: Transport },
  status: 200 | 201,
): Promise<Response> {
  const session = { userId: user.id, sessionId };
  const { token, expiresAtMs } = await issueAccessToken(configOf(c.env).tokens, session, Date.now());
  if (transport === "cookie") setSessionCookie(c, refresh.text);
  const answer: SessionResponse = {
    user,
    accessToken: token,
    expiresAt: new Date(expiresAtMs).toISOString(),
    ...(transport === "body" ? { refreshToken: refresh.text } : {}),
  };
  return c.json(answer, status, { "Cache-Control": "no-store" });
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
