// What a ledger says to an op, and what an accepted op will do.
import type { ControlBody } from "./control.ts";
import type { LedgerFault } from "./fault.ts";
import type { Grants } from "./grants.ts";
import type { Scope } from "./genesis.ts";
import type { Principal } from "./principal.ts";
import type { BucketEntry } from "./reducer.ts";

/** What an op does to the fold, worked out before anything changes. */
export type Effect =
  | { readonly type: "genesis"; readonly platform: Uint8Array; readonly scope: Scope }
  | { readonly type: "enrol"; readonly principal: Principal; readonly certificate: Uint8Array }
  | { readonly type: "control"; readonly body: ControlBody; readonly grants: Grants }
  | DataEffect;

export interface DataEffect {
  readonly type: "data";
  readonly bucket: string;
  readonly entry: BucketEntry;
  /** UTF-16 units by which the text can grow: 0 for every other bucket. */
  readonly insertsUnits: number;
  /** What the bucket's reducer will do with the entry. */
  readonly change: unknown;
}

export type Verdict =
  | { readonly type: "accepted"; readonly effect: Effect }
  | { readonly type: "duplicate"; readonly seq: number }
  | { readonly type: "refused"; readonly fault: LedgerFault };
