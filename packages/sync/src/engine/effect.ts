// Everything that a replica asks of the world. Effects are data; the shell carries them out in order and feeds results back.
import type { Cursor, LogRow, Op, Snapshot } from "@reed/log";
import type { Checkpoint } from "./checkpoint.ts";
import type { StoredInFlight } from "./in-flight.ts";
import type { OutboxEntry } from "./outbox.ts";

/** One atomic change of what the device keeps. */
export interface StoreChange {
  /** Drops every row before anything else is done. */
  readonly dropRows?: boolean | undefined;
  /** Takes the place of the checkpoint and of the rows up to it. */
  readonly checkpoint?: Checkpoint | undefined;
  readonly rows?: readonly LogRow[] | undefined;
  readonly addOutbox?: OutboxEntry | undefined;
  readonly removeOutbox?: readonly number[] | undefined;
  readonly addInFlight?: readonly StoredInFlight[] | undefined;
  /** By hex op id. */
  readonly removeInFlight?: readonly string[] | undefined;
  /** The highest counter ever used. */
  readonly ctr?: number | undefined;
}

export type EngineEffect =
  /** Get a ticket and open a socket. */
  | { readonly type: "connect" }
  | { readonly type: "disconnect" }
  | { readonly type: "send"; readonly frame: Uint8Array }
  | { readonly type: "set_timer"; readonly atUs: number }
  | { readonly type: "verify"; readonly ops: readonly Op[] }
  | { readonly type: "sign"; readonly messages: readonly Uint8Array[] }
  /** `token` null: nobody waits. `isStrict`: it must have reached the disk before `stored` is answered. */
  | { readonly type: "store"; readonly change: StoreChange; readonly token: number | null; readonly isStrict: boolean }
  /** Text updates that others made, in the order of the log. */
  | { readonly type: "apply"; readonly updates: readonly Uint8Array[] }
  /** Entries of other buckets were added to the log, or wait to be. */
  | { readonly type: "buckets" }
  /** Get the newest snapshot over HTTP and prove it. */
  | { readonly type: "fetch_snapshot" }
  /** A document that holds all that ours has of the log, and more: merge it. */
  | { readonly type: "load"; readonly snapshot: Snapshot }
  /**
   * The log was begun anew: this document takes the place of ours, and what ours has beyond the position `beforeSeq` (of the
   * store) is said again as an edit of the new one.
   */
  | { readonly type: "rebase"; readonly snapshot: Snapshot; readonly beforeSeq: number }
  /** Fold the store up to `at` into one document; nothing of it is urgent. */
  | { readonly type: "make_checkpoint"; readonly at: Cursor }
  /** Whether the document, which has nothing unsent now, hashes to this. */
  | { readonly type: "check_state"; readonly stateHash: Uint8Array }
  /** Load anew from the store: what this device wrote since the log will never be taken, or its document differs from the log. */
  | { readonly type: "rebuild"; readonly code: string }
  /** An entry of another bucket than the text will never be taken, and is gone. */
  | { readonly type: "refused"; readonly bucket: string; readonly payload: Uint8Array; readonly code: string }
  /** The peers' presence changed. */
  | { readonly type: "peers"; readonly peers: ReadonlyMap<number, Uint8Array> }
  | { readonly type: "status" };
