// What a DELIVER says, read against what the replica knows: which ops are new, which are its own, and where the chain leads.
import { decodeOp, type Ledger, type Op, ReadingPlace, restoreOp, type Sha256 } from "@reed/log";
import type { Deliver, Delivered } from "@reed/protocol";

export interface IncomingOp {
  readonly op: Op;
  readonly recvUs: number;
  /** Signed by this device and known to it: there is nothing to verify. */
  readonly isOwn: boolean;
}

/** gap: ops are missing before it. unknown_own: it names an op that this device does not have. */
export type Incoming =
  /** `chain`: what the ops lead to, which must be what the message says. */
  | { readonly type: "ops"; readonly ops: readonly IncomingOp[]; readonly chain: Uint8Array }
  | { readonly type: "gap" }
  | { readonly type: "unknown_own" };

/**
 * Ops that `ledger` has are left out: they were read before. Throws an OpError where the bytes are not ops, and a DecodeError where
 * they are no compact ops of this place.
 */
export function readDelivery(
  { firstSeq, items }: Deliver,
  ledger: Ledger,
  findOwn: (opId: Uint8Array) => Op | null,
  sha256: Sha256,
): Incoming {
  const place = new ReadingPlace(ledger, sha256);
  const nextSeq = place.head.seq + 1;
  if (firstSeq > nextSeq) return { type: "gap" };
  const ops: IncomingOp[] = [];
  for (const item of items.slice(nextSeq - firstSeq)) {
    const received = receivedOp(item, place, sha256);
    const own = findOwn(item.type === "own" ? item.opId : (received?.opId ?? new Uint8Array()));
    const op = own ?? received;
    if (op === null) return { type: "unknown_own" };
    ops.push({ op, recvUs: item.recvUs, isOwn: own !== null });
    place.push(op, item.recvUs);
  }
  return { type: "ops", ops, chain: place.head.chain };
}

function receivedOp(item: Delivered, place: ReadingPlace, sha256: Sha256): Op | null {
  switch (item.type) {
    case "op":
      return decodeOp(item.envelope, sha256);
    case "compact":
      return restoreOp(item.bytes, item.recvUs, place, sha256);
    case "own":
      return null;
  }
}

/** Ops that are read in one go: more would hold up whoever types. */
const MAX_JOINED_OPS = 256;

/** What both say, as one; null where `second` does not follow from `first`, or they are too many. */
export function joinDeliveries(first: Deliver, second: Deliver): Deliver | null {
  const isNext = second.firstSeq === first.firstSeq + first.items.length;
  if (!isNext || first.items.length + second.items.length > MAX_JOINED_OPS) return null;
  return { ...second, firstSeq: first.firstSeq, items: [...first.items, ...second.items] };
}
