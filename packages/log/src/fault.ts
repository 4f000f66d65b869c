// Why a log refuses an op: one closed list for server, replicas and tests. docs/spec/log.md says when each applies.
import type { RegisterRefusal } from "./registers/fault.ts";
import type { TextUpdateFault } from "./text-update.ts";

export type LedgerFault =
  | "wrong_note"
  | "founding"
  | "not_enrolled"
  | "certificate_invalid"
  | "certificate_expired"
  | "forbidden"
  | "counter"
  | "prev"
  | "behind"
  | "seen_ahead"
  | "seen_chain"
  | "acl"
  | "clock"
  | "control"
  | "control_invalid"
  | "body"
  | "bucket"
  | "bucket_full"
  | "locked"
  | "register_ahead"
  | RegisterRefusal
  | `text_${TextUpdateFault}`;
