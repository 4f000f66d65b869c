// Every code that this app can be told, by wire, API, replica and device: a closed union, so that none is without its words.

import type { ApiFailureCode } from "@reed/api";

/** Codes of HTTP answers, of refused ops, of closed sockets, of links, and of this device. */
export type ProblemCode = ApiFailureCode | AccountCode | NackCode | CloseReason | LinkCode | DeviceCode;

type LinkCode = "gone" | "link_expired" | "link_used_up" | "link_revoked";

type AccountCode =
  | "credentials_wrong"
  | "session_ended"
  | "account_deleted"
  | "username_taken"
  | "guest_only"
  | "account_only"
  | "last_owner"
  | "too_many_members"
  | "not_trashed"
  | "changed_meanwhile"
  | "idempotency_reused"
  | "quota_reached"
  | "blocked";

type NackCode =
  | "wrong_note"
  | "founding"
  | "not_enrolled"
  | "certificate_invalid"
  | "certificate_expired"
  | "certificate"
  | "key"
  | "signature"
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
  | `register_${RegisterFault | "ahead"}`
  | "edit_refused"
  | "op_body_size"
  | "note_full"
  | "rate"
  | "overloaded";

type RegisterFault = "too_big" | "malformed" | "time" | "key" | "unknown_key" | "type" | "role" | "too_many";

type CloseReason =
  | "frame_malformed"
  | "frame_unknown"
  | "frame_unexpected"
  | "frame_text"
  | "frame_too_big"
  | "hello_proof"
  | "hello_late"
  | "access_ended"
  | "snapshot_needed"
  | "version_unsupported"
  | "restarting";

type DeviceCode =
  | "offline"
  | "too_crowded"
  | "timeout"
  | "storage_full"
  | "storage_failed"
  | "forked"
  | "restored"
  | "diverged"
  | "tampered";
