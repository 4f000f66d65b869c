// What limits everybody in a note beside the grants in its log: the note may lie in the trash, and owners may have blocked
// somebody. The room asks at every step; whoever sets the bounds keeps them.
import type { Role } from "@reed/access";
import type { Ledger } from "@reed/log";
import type { PreparedOp } from "./prepare.ts";
import type { Visitor } from "./session.ts";

export interface Bounds {
  /** Whether nobody writes now, whatever their role. Control ops by the gateway are still taken. */
  readonly isFrozen: boolean;
  /** What is left of the role that the log gives to `visitor`. Never more than that. */
  narrow(visitor: Visitor, role: Role | null): Role | null;
}

export const NO_BOUNDS: Bounds = { isFrozen: false, narrow: (_, role) => role };

/** `ops` as a frozen note takes them: what is in the log already is acknowledged again, the rest is refused. */
export function frozen(ops: readonly PreparedOp[], ledger: Ledger): readonly PreparedOp[] {
  return ops.map((prepared) =>
    prepared.type === "op" && ledger.seqOf(prepared.op.opId) === null
      ? { type: "fault", opId: prepared.op.opId, envelope: prepared.op.envelope, code: "forbidden" }
      : prepared,
  );
}
