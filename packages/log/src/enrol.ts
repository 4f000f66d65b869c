// An enrol op is written by a device itself and proves, by a chain of certificates, for which principal it acts. It stands
// outside the line of control ops, so that joining never waits for an owner.
import { DecodeError } from "@reed/bytes";
import { CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
import { type Certificate, decodeCertificate } from "./certificate.ts";

const MAX_CHAIN = 4;

/** `chain` holds encoded certificates, the device's own first; each later one certifies the issuer before it. */
export function encodeEnrol(chain: readonly Uint8Array[]): Uint8Array {
  return encodeCbor({ v: 1, chain });
}

/** Throws a DecodeError. */
export function decodeEnrol(bytes: Uint8Array): readonly Certificate[] {
  const map = new CborMap(decodeCbor(bytes), ["v", "chain"]);
  map.literal("v", 1);
  const chain = map.list("chain", MAX_CHAIN).map((item) => {
    if (!(item instanceof Uint8Array)) throw new DecodeError("form", 0, "certificate");
    return decodeCertificate(item);
  });
  if (chain.length === 0) throw new DecodeError("form", 0, "no certificate");
  return chain;
}
