// Who calls about a note: somebody with an account, or whoever holds a link, with its secret or without.
import { credentialsOf } from "../auth/credentials.ts";
import type { AppContext } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import type { Actor } from "../note/standing.ts";

export async function requireActor(c: AppContext): Promise<Actor> {
  const credentials = await credentialsOf(c);
  switch (credentials.type) {
    case "none":
      throw new ApiProblem("unauthenticated");
    case "user":
      return {
        user: credentials.caller.principal,
        linkId: null,
        secret: null,
        channel: credentials.caller.space?.channel ?? null,
      };
    case "link":
      return { user: null, linkId: credentials.linkId, secret: credentials.secret };
  }
}
