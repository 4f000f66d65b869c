// A certificate says: this device acts for this principal. It is signed by the platform key (users, the gateway) or by the
// write key of an edit link, and then holds for one note only.
import { concatBytes, DecodeError } from "@reed/bytes";
import { CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
import { HASH_BYTES, NOTE_ID_BYTES } from "./ids.ts";
import { LABELS } from "./labels.ts";
import { SIGNATURE_BYTES } from "./op.ts";
import { parsePrincipal, type Principal } from "./principal.ts";

export interface CertificateFields {
  readonly device: Uint8Array;
  readonly principal: Principal;
  /** Raw Ed25519 key that signed this. */
  readonly issuer: Uint8Array;
  /** The one note this holds for, by the 16 bytes of its note id; null: any. */
  readonly note: Uint8Array | null;
  readonly notBeforeUs: number;
  readonly notAfterUs: number;
}

export interface Certificate extends CertificateFields {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** The payload that the issuer signs (with `certificateMessage`). */
export function encodeCertificatePayload(fields: CertificateFields): Uint8Array {
  return encodeCbor({
    v: 1,
    device: fields.device,
    principal: fields.principal,
    issuer: fields.issuer,
    note: fields.note,
    from: fields.notBeforeUs,
    to: fields.notAfterUs,
  });
}

export function certificateMessage(payload: Uint8Array): Uint8Array {
  return concatBytes(LABELS.certificate, payload);
}

/** payload || signature (64 bytes). */
export function encodeCertificate(payload: Uint8Array, signature: Uint8Array): Uint8Array {
  return concatBytes(payload, signature);
}

/** Throws a DecodeError; the signature is checked by verify.ts. */
export function decodeCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length <= SIGNATURE_BYTES) throw new DecodeError("truncated", bytes.length);
  const payload = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  const signature = bytes.subarray(bytes.length - SIGNATURE_BYTES);
  const map = new CborMap(decodeCbor(payload), ["v", "device", "principal", "issuer", "note", "from", "to"]);
  map.literal("v", 1);
  const principal = parsePrincipal(map.text("principal", 64));
  if (principal === null) throw new DecodeError("form", 0, "principal");
  return {
    device: map.bytes("device", HASH_BYTES),
    principal,
    issuer: map.bytes("issuer", HASH_BYTES),
    note: map.bytesOrNull("note", NOTE_ID_BYTES),
    notBeforeUs: map.integer("from"),
    notAfterUs: map.integer("to"),
    payload,
    signature,
  };
}
