// What a ledger says to an op, and what an accepted op will do.
import type { ControlBody } from "./control.ts";
import type { LedgerFault } from "./fault.ts";
import type { Grants } from "./grants.ts";
import type { Principal } from "./principal.ts";
import type { TextUpdateEffect } from "./text-update.ts";

/** What an op does to the fold, worked out before anything changes. */
export type Effect =
  | { readonly type: "genesis"; readonly platform: Uint8Array }
  | { readonly type: "enrol"; readonly principal: Principal }
  | { readonly type: "control"; readonly body: ControlBody; readonly grants: Grants }
  | { readonly type: "text"; readonly update: Uint8Array; readonly claimant: string; readonly change: TextUpdateEffect }
  | { readonly type: "bucket"; readonly bucket: string; readonly payload: Uint8Array };

export type Verdict =
  | { readonly type: "accepted"; readonly effect: Effect }
  | { readonly type: "duplicate"; readonly seq: number }
  | { readonly type: "refused"; readonly fault: LedgerFault };
