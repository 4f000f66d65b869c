// The code by which Discord tells our server who the person is. Discord asks the person the first time only.

import { codeOf, settled } from "./optional-commands.ts";
import type { Sdk } from "./sdk.ts";

/** What the person may be asked: to let the app in. */
const PERSON_PATIENCE_MS = 300_000;
/** Error codes of a client that does not know one of the scopes. */
const SCOPE_CODES: ReadonlySet<unknown> = new Set([4000, 4006]);

/** null: the person did not let the app in. Never rejects. */
export async function askForCode(sdk: Pick<Sdk, "authorize">): Promise<string | null> {
  const asked = await settled(() => sdk.authorize(["identify", "rpc.activities.write"]), PERSON_PATIENCE_MS);
  if (asked.type === "done") return asked.value.code;
  if (asked.type !== "failed" || !SCOPE_CODES.has(codeOf(asked.error))) return null;
  const less = await settled(() => sdk.authorize(["identify"]), PERSON_PATIENCE_MS);
  return less.type === "done" ? less.value.code : null;
}
