// Everything that can happen to a replica. Times and chance come in with the event: the engine asks for neither.
import type { Cursor, SignatureFault, Snapshot } from "@reed/log";
import type { CloseReason } from "@reed/protocol";

export type EngineEvent =
  /** The device wrote to a bucket; for the text, `payload` is the Yjs V1 update of what the editor changed. */
  | {
      readonly type: "edited";
      readonly id: number;
      readonly bucket: string;
      readonly payload: Uint8Array;
      readonly nowUs: number;
    }
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
  /** Answer to `fetch_snapshot`: one whose proofs hold, that the server has none, or that none was to be had. */
  | {
      readonly type: "snapshot_fetched";
      readonly snapshot: Snapshot | "none" | "unreached";
      readonly chance: number;
      readonly nowUs: number;
    }
  /** Answer to `rebase`: the snapshot's document is in place, and `update` is what this device adds to it (null: nothing). */
  | { readonly type: "rebased"; readonly id: number; readonly update: Uint8Array | null; readonly nowUs: number }
  /** The person has read that the note was restored, and goes on. */
  | { readonly type: "restore_confirmed"; readonly nowUs: number }
  /** Answer to `make_checkpoint`: the document at that position; null: the device does not have all of it. */
  | { readonly type: "checkpoint_made"; readonly document: Uint8Array | null; readonly nowUs: number }
  /** What the server says that the text hashes to at a position. */
  | {
      readonly type: "server_state";
      readonly at: Cursor;
      readonly stateHash: Uint8Array;
      readonly nowUs: number;
    }
  /** Answer to `check_state`. */
  | { readonly type: "state_checked"; readonly isSame: boolean; readonly nowUs: number }
  /** What the user or the link lets this device enrol with; encoded certificates, best first. */
  | { readonly type: "certificates"; readonly certificates: readonly Uint8Array[]; readonly nowUs: number }
  | { readonly type: "presence"; readonly payload: Uint8Array; readonly nowUs: number };
