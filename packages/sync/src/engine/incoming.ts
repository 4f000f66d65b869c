// What a DELIVER says, read against what the replica knows: which ops are new, which are its own, and where the chain leads.
import { type Cursor, decodeOp, extendChain, type Op, type Sha256 } from "@reed/log";
import type { Deliver } from "@reed/protocol";

export interface IncomingOp {
  readonly op: Op;
  readonly recvUs: number;
  /** Signed by this device and known to it: there is nothing to verify. */
  readonly isOwn: boolean;
}

/** gap: ops are missing before it. unknown_own: it names an op that this device does not have. */
export type Incoming =
  | { readonly type: "ops"; readonly ops: readonly IncomingOp[]; readonly headSeq: number; readonly chain: Uint8Array }
  | { readonly type: "gap" }
  | { readonly type: "unknown_own" };

/** Throws an OpError where the bytes are not ops. Ops at or below `seq` are left out: they were read before. */
export function readDelivery(
  deliver: Deliver,
  seq: number,
  findOwn: (opId: Uint8Array) => Op | null,
  sha256: Sha256,
): Incoming {
  if (deliver.firstSeq > seq + 1) return { type: "gap" };
  const ops: IncomingOp[] = [];
  for (const item of deliver.items.slice(seq + 1 - deliver.firstSeq)) {
    const received = item.type === "op" ? decodeOp(item.envelope, sha256) : null;
    const own = findOwn(item.type === "own" ? item.opId : (received?.opId ?? new Uint8Array()));
    const op = own ?? received;
    if (op === null) return { type: "unknown_own" };
    ops.push({ op, recvUs: item.recvUs, isOwn: own !== null });
  }
  return { type: "ops", ops, headSeq: deliver.headSeq, chain: deliver.chain };
}

/** Ops that are read in one go: more would hold up whoever types. */
const MAX_JOINED_OPS = 256;

/** What both say, as one; null where `second` does not follow from `first`, or they are too many. */
export function joinDeliveries(first: Deliver, second: Deliver): Deliver | null {
  const isNext = second.firstSeq === first.firstSeq + first.items.length;
  if (!isNext || first.items.length + second.items.length > MAX_JOINED_OPS) return null;
  return { ...second, firstSeq: first.firstSeq, items: [...first.items, ...second.items] };
}

/** The chain value that `ops` lead to from `from`. */
export function chainAfter(from: Cursor, ops: readonly IncomingOp[], sha256: Sha256): Uint8Array {
  return ops.reduce(
    (chain, { op, recvUs }, index) => extendChain(chain, from.seq + index + 1, op.opId, recvUs, sha256),
    from.chain,
  );
}
