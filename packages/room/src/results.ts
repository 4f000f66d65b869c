// How attempts to write end: for callers that hold no socket as values, for sockets as a frame.
import { encodeDown, type NackCode, nackClassOf } from "@reed/protocol";

/** `seq`: of the last op that was written. */
export type WriteResult = { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly code: NackCode };

/** created: the log began with this genesis. same: it had. conflict: it began with another. */
export type FoundResult = "created" | "same" | "conflict" | { readonly code: NackCode };

const RETRY_AFTER_MS = 1000;

/** The frame that refuses an op; `afterMs` counts where it may come again as it is. */
export function nackOf(opId: Uint8Array, code: NackCode, afterMs = RETRY_AFTER_MS): Uint8Array {
  const nackClass = nackClassOf(code);
  const retryAfterMs = nackClass === "retry" ? afterMs : 0;
  return encodeDown({ type: "nack", opId, class: nackClass, code, retryAfterMs });
}
