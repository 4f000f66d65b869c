// What an Activity does first: it speaks to Discord's client, which takes a moment to answer, while the app itself is still to be
// read. It needs nothing of the app, and what goes wrong here is tried again, and said, by the app.

import { askForCode } from "./ask-for-code.ts";
import { openSdk } from "./open-sdk.ts";
import type { Sdk } from "./sdk.ts";

export interface Greeting {
  readonly applicationId: string;
  readonly sdk: Sdk;
  readonly ready: Promise<void>;
  /** Good once; see askForCode. */
  readonly code: Promise<string | null>;
}

/** `platform`: the answer of /api/platform. null where it does not say which application this is. Never rejects. */
export async function greetBy(platform: Response | null): Promise<Greeting | null> {
  const answer: unknown = await platform?.json().catch(() => null);
  const isThere = typeof answer === "object" && answer !== null && "discordApplicationId" in answer;
  return isThere && typeof answer.discordApplicationId === "string" ? greetAs(answer.discordApplicationId) : null;
}

/** Begins the handshake, and asks for a code as soon as Discord's client answered it. */
export function greetAs(applicationId: string): Greeting {
  const sdk = openSdk(applicationId);
  const ready = sdk.ready();
  const code = ready.then(
    () => askForCode(sdk),
    () => null,
  );
  return { applicationId, sdk, ready, code };
}

/** One code after the other: the greeting's, and from then on what Discord's client is asked for anew. */
export function codesOf({ sdk, code }: Pick<Greeting, "sdk" | "code">): () => Promise<string | null> {
  let first: Promise<string | null> | null = code;
  return () => {
    const next = first ?? askForCode(sdk);
    first = null;
    return next;
  };
}
