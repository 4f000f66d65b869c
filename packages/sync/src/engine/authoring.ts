// The next op of this device: its counter, its place after the device's own ops, and the position that it countersigns.
import {
  changeGrants,
  encodeControl,
  type Grant,
  hashGrants,
  type Ledger,
  type Op,
  type OpFields,
  type OpType,
  type Principal,
  type Sha256,
} from "@reed/log";

export interface Pen {
  readonly device: Uint8Array;
  /** Signed ops that the ledger has not read yet, oldest first: the new op comes after them. */
  readonly pending: readonly Pick<Op, "type" | "opId" | "wallTimeUs">[];
  readonly ctr: number;
  readonly nowUs: number;
}

export function nextFields(type: OpType, body: Uint8Array, ledger: Ledger, pen: Pen): OpFields {
  const author = ledger.author(pen.device);
  const last = pen.pending.at(-1);
  const { seq, chain } = ledger.head;
  const ownControl = pen.pending.findLast((op) => op.type === "control")?.opId;
  return {
    type,
    docId: ledger.docId,
    author: pen.device,
    ctr: pen.ctr,
    wallTimeUs: Math.max((last ?? author)?.wallTimeUs ?? 0, pen.nowUs - 1) + 1,
    prev: last?.opId ?? author?.opId ?? new Uint8Array(32),
    acl: ownControl ?? ledger.aclFor(pen.device, seq),
    seenSeq: seq,
    seenChain: chain,
    body,
  };
}

/** The body of the first control op of a log: `owner` owns the note. */
export function foundingControl(owner: Principal, sha256: Sha256): Uint8Array {
  const changes: readonly Grant[] = [{ principal: owner, role: "owner", key: null, expiresUs: null }];
  const grantsHash = hashGrants(changeGrants(new Map(), changes), sha256);
  return encodeControl({ counter: 1, prevControl: null, changes, grantsHash, attribution: null, act: null });
}
