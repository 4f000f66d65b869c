// Why the server ends a provider's socket. y-websocket takes 4400-4499 as final and comes back after any other code, so what
// another try can't mend is a 44xx (docs/spec/yjs.md, Y24).
import type { CloseReason } from "@reed/protocol";

export const YJS_CLOSE_CODES = {
  malformed: 4400,
  unauthenticated: 4401,
  token_expired: 4401,
  access_ended: 4403,
  device_needed: 4403,
  not_found: 4404,
  foreign_client: 4409,
  history_changed: 4410,
  too_big: 4413,
  note_full: 4413,
  invalid: 4422,
  restarting: 4503,
  overloaded: 4503,
  rate: 4529,
} as const satisfies Record<string, number>;

export type YjsCloseReason = keyof typeof YJS_CLOSE_CODES;

export function isYjsCloseReason(text: string): text is YjsCloseReason {
  return Object.hasOwn(YJS_CLOSE_CODES, text);
}

export function closeAs(socket: WebSocket, reason: YjsCloseReason): void {
  socket.close(YJS_CLOSE_CODES[reason], reason);
}

/** What the room's word is called here. A socket that can't load snapshots ends as unsupported where the text began anew. */
export function yjsReasonOf(reason: CloseReason): YjsCloseReason {
  if (reason === "version_unsupported") return "history_changed";
  return reason === "access_ended" || reason === "not_found" ? reason : "restarting";
}
