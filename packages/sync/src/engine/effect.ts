// Everything that a replica asks of the world. Effects are data; the shell carries them out in order and feeds results back.
import type { LogRow, Op } from "@reed/log";
import type { StoredInFlight } from "./in-flight.ts";

/** One atomic change of what the device keeps. */
export interface StoreChange {
  readonly rows?: readonly LogRow[] | undefined;
  readonly addOutbox?: { readonly id: number; readonly update: Uint8Array } | undefined;
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
  /** The server will never take what this device wrote since the log: keep it as a draft and load anew from the store. */
  | { readonly type: "rebuild"; readonly code: string }
  /** The peers' presence changed. */
  | { readonly type: "peers"; readonly peers: ReadonlyMap<number, Uint8Array> }
  | { readonly type: "status" };
