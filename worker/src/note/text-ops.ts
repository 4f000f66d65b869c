// What one row of a note's log does to the note's text.
import { CborMap, decodeCbor, decodeControl, decodeDataBody, openChecked, TEXT_BUCKET } from "@reed/log";

/** update: a Yjs V1 update. cleared: the text begins anew, and what it was is gone. none: it is no business of the text's. */
export type TextOp =
  | { readonly type: "update"; readonly update: Uint8Array }
  | { readonly type: "cleared" }
  | { readonly type: "none" };

const NONE: TextOp = { type: "none" };

/** `envelope`: of an op that is in the log. `isGateway`: whether a device writes as the gateway, whose payloads name for whom. */
export function textOpOf(envelope: Uint8Array, isGateway: (author: Uint8Array) => boolean): TextOp {
  const op = openChecked(envelope);
  if (op.type === "control") {
    const { act } = decodeControl(op.body);
    return act?.type === "generation" && act.reason === "scrub" ? { type: "cleared" } : NONE;
  }
  if (op.type !== "data") return NONE;
  const { bucket, payload } = decodeDataBody(op.body);
  if (bucket !== TEXT_BUCKET) return NONE;
  if (!isGateway(op.author)) return { type: "update", update: payload };
  return { type: "update", update: new CborMap(decodeCbor(payload), ["by", "via", "session", "data"]).bytes("data") };
}
