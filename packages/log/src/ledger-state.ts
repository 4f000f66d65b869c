// The fold of a log as bytes: deterministic CBOR, so that two replicas at the same position write the same bytes, and their hash
// says whether they agree (docs/spec/log.md, L70-L72).
import { type CborValue, CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
import type { Cursor } from "./chain.ts";
import { readScope, type Scope } from "./genesis.ts";
import { HASH_BYTES } from "./ids.ts";

export interface LedgerState<Part = CborValue> {
  readonly docId: Uint8Array;
  readonly head: Cursor;
  readonly scope: Scope;
  readonly founder: Uint8Array | null;
  readonly platform: Uint8Array | null;
  readonly newestWallUs: number;
  readonly authors: Part;
  readonly control: Part;
  readonly buckets: Part;
}

const KEYS = [
  "v",
  "doc",
  "seq",
  "chain",
  "scope",
  "founder",
  "platform",
  "wall",
  "authors",
  "control",
  "buckets",
] as const;

export function encodeLedgerState(state: LedgerState): Uint8Array {
  return encodeCbor({
    v: 1,
    doc: state.docId,
    seq: state.head.seq,
    chain: state.head.chain,
    scope: state.scope,
    founder: state.founder,
    platform: state.platform,
    wall: state.newestWallUs,
    authors: state.authors,
    control: state.control,
    buckets: state.buckets,
  });
}

/** The parts are checked by those that own them. Throws a DecodeError. */
export function decodeLedgerState(bytes: Uint8Array): LedgerState<unknown> {
  const decoded = decodeCbor(bytes);
  const map = new CborMap(decoded, KEYS);
  map.literal("v", 1);
  return {
    docId: map.bytes("doc", HASH_BYTES),
    head: { seq: map.integer("seq"), chain: map.bytes("chain", HASH_BYTES) },
    scope: readScope(map.text("scope", 16)),
    founder: map.bytesOrNull("founder", HASH_BYTES),
    platform: map.bytesOrNull("platform", HASH_BYTES),
    newestWallUs: map.integer("wall"),
    authors: map.value("authors"),
    control: map.value("control"),
    buckets: map.value("buckets"),
  };
}
