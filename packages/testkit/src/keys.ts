// Hashing as it is, signing as a keyed hash: deterministic, a microsecond long, and as unforgeable as the code that holds no
// other device's name is honest. The world decides how long a verification takes.
import { hash } from "node:crypto";
import { concatBytes, equalBytes, isZero } from "@reed/bytes";
import {
  type CertificateFields,
  certificateMessage,
  encodeCertificate,
  encodeCertificatePayload,
  type Sha256,
} from "@reed/log";

export const sha256: Sha256 = (...parts) => {
  const [only] = parts;
  const bytes = parts.length === 1 && only !== undefined ? only : concatBytes(...parts);
  const digest = hash("sha256", bytes, "buffer");
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
};

const SEAL = new TextEncoder().encode("the world's own seal");

export interface FakeKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export function fakeKey(label: string): FakeKey {
  const publicKey = sha256(new TextEncoder().encode(label));
  return { publicKey, sign: (message) => signatureOf(publicKey, message) };
}

/** Who writes for people without a device of their own. */
export const GATEWAY_KEY = fakeKey("gateway");

export function isFakeKey(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && !isZero(publicKey);
}

export function fakeVerify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  return equalBytes(signature, signatureOf(publicKey, message));
}

/** Verifies at once: who verifies decides how long it takes. */
export const FAKE_VERIFIER = {
  keyOk: isFakeKey,
  verify: (key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> =>
    Promise.resolve(fakeVerify(key, signature, message)),
};

/** An encoded certificate by `issuer` that holds whenever it is looked at. */
export function fakeCertificate(
  issuer: FakeKey,
  fields: Pick<CertificateFields, "device" | "principal" | "note">,
): Uint8Array {
  const payload = encodeCertificatePayload({
    ...fields,
    issuer: issuer.publicKey,
    notBeforeUs: 0,
    notAfterUs: 2 ** 52,
  });
  return encodeCertificate(payload, issuer.sign(certificateMessage(payload)));
}

function signatureOf(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const half = sha256(SEAL, publicKey, message);
  return concatBytes(half, half);
}
