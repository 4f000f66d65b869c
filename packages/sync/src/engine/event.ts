// Everything that can happen to a replica. Times and chance come in with the event: the engine asks for neither.
import type { SignatureFault } from "@reed/log";
import type { CloseReason } from "@reed/protocol";

export type EngineEvent =
  /** The editor changed the document; `update` is Yjs V1. */
  | { readonly type: "edited"; readonly id: number; readonly update: Uint8Array; readonly nowUs: number }
  /** Blur, hide, close, or somebody wants it out now. */
  | { readonly type: "flush_wanted"; readonly nowUs: number }
  /** The time that the last `set_timer` asked for has come. */
  | { readonly type: "timer"; readonly nowUs: number }
  /** The network is back, the page is visible again, or the replica was just opened. */
  | { readonly type: "connect_wanted"; readonly nowUs: number }
  /** A socket is open; `nonce` came with its ticket. */
  | { readonly type: "socket_opened"; readonly nonce: Uint8Array; readonly nowUs: number }
  /** `chance` in [0, 1) spreads the next try. `reason` null: the network, not the server. */
  | {
      readonly type: "socket_closed";
      readonly reason: CloseReason | null;
      readonly chance: number;
      readonly nowUs: number;
    }
  /** No ticket: the server does not know the note, or this visitor may not open it. */
  | {
      readonly type: "ticket_refused";
      readonly code: string;
      readonly isFinal: boolean;
      readonly chance: number;
      readonly nowUs: number;
    }
  | { readonly type: "frame"; readonly frame: Uint8Array; readonly nowUs: number }
  /** Answer to `verify`: one entry an op, null where its signatures hold. */
  | { readonly type: "verified"; readonly faults: readonly (SignatureFault | null)[]; readonly nowUs: number }
  /** Answer to `sign`, in the order of the messages. */
  | { readonly type: "signed"; readonly signatures: readonly Uint8Array[]; readonly nowUs: number }
  /** Answer to `store` with a `token`. */
  | { readonly type: "stored"; readonly token: number; readonly nowUs: number }
  /** What the user or the link lets this device enrol with; encoded certificates, best first. */
  | { readonly type: "certificates"; readonly certificates: readonly Uint8Array[]; readonly nowUs: number }
  | { readonly type: "presence"; readonly payload: Uint8Array; readonly nowUs: number };
