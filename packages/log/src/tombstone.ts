// What is left of a note that was removed for good: that it was there, how far its log went, who removed it and when. The gateway
// signs it, so that whoever kept a copy of the note can tell a removal from a loss.
import { concatBytes, DecodeError } from "@reed/bytes";
import { CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
import type { Cursor } from "./chain.ts";
import { HASH_BYTES } from "./ids.ts";
import { LABELS } from "./labels.ts";
import { SIGNATURE_BYTES } from "./op.ts";
import { parsePrincipal, type Principal } from "./principal.ts";

export interface Tombstone {
  readonly docId: Uint8Array;
  readonly head: Cursor;
  /** The owner, or the gateway where the note's time had come. */
  readonly by: Principal;
  readonly atUs: number;
}

export function encodeTombstonePayload({ docId, head, by, atUs }: Tombstone): Uint8Array {
  return encodeCbor({ v: 1, doc: docId, seq: head.seq, chain: head.chain, by, at: atUs });
}

/** What the gateway signs. */
export function tombstoneMessage(payload: Uint8Array): Uint8Array {
  return concatBytes(LABELS.tombstone, payload);
}

/** payload || signature (64 bytes). */
export function encodeTombstone(payload: Uint8Array, signature: Uint8Array): Uint8Array {
  return concatBytes(payload, signature);
}

/** Throws a DecodeError; the signature over tombstoneMessage(payload) is the caller's to check. */
export function decodeTombstone(
  bytes: Uint8Array,
): Tombstone & { readonly payload: Uint8Array; readonly signature: Uint8Array } {
  if (bytes.length <= SIGNATURE_BYTES) throw new DecodeError("truncated", bytes.length);
  const payload = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  const map = new CborMap(decodeCbor(payload), ["v", "doc", "seq", "chain", "by", "at"]);
  map.literal("v", 1);
  const by = parsePrincipal(map.text("by", 64));
  if (by === null) throw new DecodeError("form", 0, "by");
  return {
    docId: map.bytes("doc", HASH_BYTES),
    head: { seq: map.integer("seq"), chain: map.bytes("chain", HASH_BYTES) },
    by,
    atUs: map.integer("at"),
    payload,
    signature: bytes.subarray(bytes.length - SIGNATURE_BYTES),
  };
}
