// A session can end while its token still has minutes: a server that says so is not shown that token again.
import type { Identity } from "./identity.ts";
import type { PrivateLogServer } from "./private-log/private-log-server.ts";
import { RefusedError, type Server } from "./server.ts";

const REFUSED_TOKEN: ReadonlySet<string> = new Set(["unauthenticated", "token_expired", "session_ended"]);

type Holder = Pick<Identity, "forget" | "check">;

/** Whether it is the token that was refused: with another the same question may be answered. */
export function isTokenRefused(code: string): boolean {
  return REFUSED_TOKEN.has(code);
}

/** As `server`; `identity` forgets a token that was refused on the way into a note, and finds out why. */
export function forgetfulServer(server: Server, identity: Holder): Server {
  return {
    ...server,
    found: (noteId, genesis, token) => watched(identity, token, server.found(noteId, genesis, token)),
    ticket: (noteId, request, token) => watched(identity, token, server.ticket(noteId, request, token)),
  };
}

/** The same on the way into the user's private log. */
export function forgetfulLogServer(server: PrivateLogServer, identity: Holder): PrivateLogServer {
  return {
    ...server,
    log: (token) => watched(identity, token, server.log(token)),
    ticket: (device, token) => watched(identity, token, server.ticket(device, token)),
  };
}

async function watched<T>(identity: Holder, accessToken: string | null, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (accessToken !== null && error instanceof RefusedError && isTokenRefused(error.code)) {
      identity.forget(accessToken);
      void identity.check();
    }
    throw error;
  }
}
