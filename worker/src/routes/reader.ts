// Who asks to read a note: somebody with an account, or whoever holds a link.
import { credentialsOf } from "../auth/credentials.ts";
import type { AppContext } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import type { Reader } from "../note/rpc.ts";

export async function requireReader(c: AppContext): Promise<Reader> {
  const credentials = await credentialsOf(c);
  switch (credentials.type) {
    case "none":
      throw new ApiProblem("unauthenticated");
    case "user":
      return {
        user: credentials.caller.principal,
        linkId: null,
        channel: credentials.caller.space?.channel ?? null,
      };
    case "link":
      return { user: null, linkId: credentials.linkId };
  }
}
