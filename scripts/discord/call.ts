// One request to the API as its handlers see it, and the checks that they share.
import { APPLICATION } from "./application.ts";
import type { Flaw } from "./described.ts";
import { sentenceOf } from "./refusals.ts";
import type { DiscordState, IssuedToken } from "./state.ts";

export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** The variable parts of the path, decoded. */
  readonly params: readonly string[];
  readonly state: DiscordState;
  /** Where this API is, for the addresses in its answers; no slash at the end. */
  readonly origin: string;
}

export function note({ state, request, url }: Call, problem: string): void {
  state.violations.push({ at: `${request.method} ${url.pathname}`, problem });
}

/** Records every flaw; gives those for which Discord refuses. */
export function noteFlaws(call: Call, flaws: readonly Flaw[]): readonly Flaw[] {
  for (const flaw of flaws) note(call, sentenceOf(flaw));
  return flaws.filter(({ isIgnored }) => isIgnored !== true);
}

export function isBot({ request }: Call): boolean {
  return request.headers.get("Authorization") === `Bot ${APPLICATION.botToken}`;
}

/** Whose Bearer token it is; null where there is none that is good. */
export function bearerOf({ request, state }: Call): IssuedToken | null {
  const secret = /^Bearer (\S+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
  return secret === undefined ? null : state.tokenOf(secret);
}
