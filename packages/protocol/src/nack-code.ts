// Why an op was refused, and what its author does next. The class travels with the code, so that a client which does not know
// a newer code still does the right thing.
import type { LedgerFault, OpFault, SignatureFault } from "@reed/log";

/**
 * retry: send the same bytes again later. reissue: the text stands, the op does not; catch up, merge, sign once more with a new
 * counter. never: this content will not be taken; keep it as a draft.
 */
export const NACK_CLASSES = ["retry", "reissue", "never"] as const;
export type NackClass = (typeof NACK_CLASSES)[number];

export type NackCode = LedgerFault | SignatureFault | `op_${OpFault}` | "note_full" | "rate" | "overloaded";

const RETRY: ReadonlySet<NackCode> = new Set<NackCode>(["rate", "overloaded"]);
const REISSUE: ReadonlySet<NackCode> = new Set<NackCode>([
  "counter",
  "prev",
  "behind",
  "seen_ahead",
  "seen_chain",
  "acl",
  "clock",
  "control",
  "not_enrolled",
  "certificate_expired",
]);

export function nackClassOf(code: NackCode): NackClass {
  if (RETRY.has(code)) return "retry";
  return REISSUE.has(code) ? "reissue" : "never";
}
