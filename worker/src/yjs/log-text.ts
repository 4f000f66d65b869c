// The text in ops of the log, as the one update that providers are sent.
import * as Y from "yjs";
import { textOpOf } from "../note/text-ops.ts";

/** update: all that the ops do to the text. cleared: it begins anew, which y-protocols can't say. none: nothing. */
export type LogText =
  | { readonly type: "update"; readonly update: Uint8Array }
  | { readonly type: "cleared" }
  | { readonly type: "none" };

/** `isGateway`: whether a device writes as the gateway. */
export function textIn(envelopes: readonly Uint8Array[], isGateway: (author: Uint8Array) => boolean): LogText {
  const ops = envelopes.map((envelope) => textOpOf(envelope, isGateway));
  if (ops.some(({ type }) => type === "cleared")) return { type: "cleared" };
  const updates = ops.flatMap((op) => (op.type === "update" ? [op.update] : []));
  const [only] = updates;
  if (only === undefined) return { type: "none" };
  return { type: "update", update: updates.length === 1 ? only : Y.mergeUpdates(updates) };
}
