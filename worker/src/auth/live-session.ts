// Sockets and the sign-ins that opened them. A sign-in may end in the moment in which a socket opens: between its check and its
// acceptance nobody could cut it, so it is checked again when it is there.
import { userIdOf, userPrincipal } from "@reed/log";
import type { AppContext } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import type { SessionOf } from "./access-token.ts";
import { callerOfBearer } from "./caller.ts";
import type { Ticket } from "./ticket.ts";

/** By which sign-in, and by which device where it has one, somebody opens a socket. */
export interface Opening extends SessionOf {
  readonly device: Uint8Array | null;
}

/** null: by nobody's sign-in. Throws an ApiProblem for a user's ticket without one. */
export function openingOf({ visitor, session }: Ticket): Opening | null {
  const userId = userIdOf(visitor.user);
  if (userId === null) return null;
  if (session === null) throw new ApiProblem("ticket_invalid");
  return { userId, sessionId: session, device: visitor.device };
}

/** Throws an ApiProblem where the sign-in has ended, or the device was revoked. */
export async function requireLive(c: AppContext, { userId, sessionId, device }: Opening): Promise<void> {
  const bearer = { userId, sessionId, principal: userPrincipal(userId) };
  await callerOfBearer(c.env.PLATFORM, bearer, Date.now(), device);
}

/** Cuts the socket that was just opened where its sign-in has ended since. Waits for nothing. */
export function cutIfEnded(c: AppContext, opening: Opening): void {
  c.executionCtx.waitUntil(
    requireLive(c, opening).catch(async (error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
      const { userId, sessionId } = opening;
      await c.env.LIBRARY.get(c.env.LIBRARY.idFromName(userId)).cut(userId, { sessionId });
    }),
  );
}
