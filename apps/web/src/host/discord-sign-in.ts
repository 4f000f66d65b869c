// Who the person is, by Discord's word to our server: the client hands over a code, and the server finds out the rest. A code is good
// once, so whatever fails after it begins with another; Discord asks the person the first time only.

import type { ApiResult, DiscordSessionResponse } from "@reed/api";
import { RefusedError, valueOf } from "@reed/sync/hosted";
import { codeOf, settled } from "./optional-commands.ts";
import type { Sdk } from "./sdk.ts";

/** What the person may be asked: to let the app in. */
const PERSON_PATIENCE_MS = 300_000;
/** Not now, which may be over in a moment; Discord may also learn a little late that somebody joined. */
const PASSING: ReadonlySet<string> = new Set(["discord_unreachable", "unreachable", "unavailable"]);
const WAITS_MS = [1000, 3000];
/** Error codes of a client that does not know one of the scopes. */
const SCOPE_CODES: ReadonlySet<unknown> = new Set([4000, 4006]);

export interface SignInPorts {
  readonly sdk: Pick<Sdk, "authorize">;
  readonly openSession: (code: string) => Promise<ApiResult<DiscordSessionResponse>>;
  readonly wait: (ms: number) => Promise<void>;
}

/** Rejects with a RefusedError: of the server, or `discord_declined` where the person did not let the app in. */
export async function signInWithDiscord({ sdk, openSession, wait }: SignInPorts): Promise<DiscordSessionResponse> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await openSession(await codeFrom(sdk));
    const waitMs = WAITS_MS[attempt];
    if (result.ok || !PASSING.has(result.code) || waitMs === undefined) return valueOf(result);
    await wait(waitMs);
  }
}

async function codeFrom(sdk: Pick<Sdk, "authorize">): Promise<string> {
  const asked = await settled(() => sdk.authorize(["identify", "rpc.activities.write"]), PERSON_PATIENCE_MS);
  if (asked.type === "done") return asked.value.code;
  if (asked.type === "failed" && SCOPE_CODES.has(codeOf(asked.error))) {
    const less = await settled(() => sdk.authorize(["identify"]), PERSON_PATIENCE_MS);
    if (less.type === "done") return less.value.code;
  }
  throw new RefusedError("discord_declined", true);
}
