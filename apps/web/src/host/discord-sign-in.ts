// Who the person is, by Discord's word to our server: the client hands over a code, and the server finds out the rest. A code is good
// once, so whatever fails after it begins with another.

import type { ApiResult, DiscordSessionResponse } from "@reed/api";
import { RefusedError, valueOf } from "@reed/sync/hosted";

/** Not now, which may be over in a moment; Discord may also learn a little late that somebody joined. */
const PASSING: ReadonlySet<string> = new Set(["discord_unreachable", "unreachable", "unavailable"]);
const WAITS_MS = [1000, 3000];

export interface SignInPorts {
  /** Another one at every call; null: the person did not let the app in. */
  readonly newCode: () => Promise<string | null>;
  readonly openSession: (code: string) => Promise<ApiResult<DiscordSessionResponse>>;
  readonly wait: (ms: number) => Promise<void>;
}

/** Rejects with a RefusedError: of the server, or `discord_declined` where the person did not let the app in. */
export async function signInWithDiscord({ newCode, openSession, wait }: SignInPorts): Promise<DiscordSessionResponse> {
  for (let attempt = 0; ; attempt += 1) {
    const code = await newCode();
    if (code === null) throw new RefusedError("discord_declined", true);
    const result = await openSession(code);
    const waitMs = WAITS_MS[attempt];
    if (result.ok || !PASSING.has(result.code) || waitMs === undefined) return valueOf(result);
    await wait(waitMs);
  }
}
