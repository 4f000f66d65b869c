// The id of a running Activity, as somebody says it. It goes into an address that is asked with the bot's token, so nothing else may
// get that far.
import { instanceIdField } from "@reed/api";
import * as v from "valibot";

/** null for what can't be the id of one. */
export function parseInstanceId(text: string): string | null {
  return v.is(instanceIdField, text) ? text : null;
}
