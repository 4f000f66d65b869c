// Why the server ends a socket. The number mirrors HTTP; the reason is one of these words, and `next` is what the client does.

export type AfterClose = "stop" | "reconnect" | "new_ticket" | "snapshot";

export const CLOSE_CODES = {
  frame_malformed: { code: 4400, next: "stop" },
  frame_unknown: { code: 4400, next: "stop" },
  frame_unexpected: { code: 4400, next: "stop" },
  frame_text: { code: 4400, next: "stop" },
  hello_proof: { code: 4401, next: "new_ticket" },
  hello_late: { code: 4401, next: "new_ticket" },
  access_ended: { code: 4403, next: "new_ticket" },
  not_found: { code: 4404, next: "stop" },
  /** The cursor is of this log, but what follows it was folded into a snapshot: load that first. */
  snapshot_needed: { code: 4409, next: "snapshot" },
  frame_too_big: { code: 4413, next: "stop" },
  version_unsupported: { code: 4426, next: "stop" },
  overloaded: { code: 4429, next: "reconnect" },
  restarting: { code: 4503, next: "reconnect" },
} as const satisfies Record<string, { readonly code: number; readonly next: AfterClose }>;

export type CloseReason = keyof typeof CLOSE_CODES;

export function isCloseReason(text: string): text is CloseReason {
  return Object.hasOwn(CLOSE_CODES, text);
}
