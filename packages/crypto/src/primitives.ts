// The one file that imports @noble and names WebCrypto (crypto.md 2.4 and 3). Hashing is noble's, being synchronous and
// faster for short input; signatures are WebCrypto's, being some 15 times faster, with keys that scripts can't read.
// Invariant: for a key that passes keyOk, a verdict does not depend on the engine. WebCrypto leaves small-order keys and the
// identity as R to its implementers (w3c/webcrypto#423), so both are refused here, before it is asked.
import { ed25519 as noble } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes } from "@reed/bytes";
import type { Signer } from "./signature-scheme.ts";

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const SEED_BYTES = 32;

/** A key inside the engine; what a CryptoKey shows of itself. */
export interface EngineKey {
  readonly type: string;
  readonly extractable: boolean;
}

export interface EngineKeyPair {
  readonly privateKey: EngineKey;
  readonly publicKey: EngineKey;
}

type Usage = "sign" | "verify";

export interface Subtle {
  importKey(
    format: "raw" | "pkcs8",
    data: Uint8Array,
    algorithm: string,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<EngineKey>;
  exportKey(format: "raw", key: EngineKey): Promise<ArrayBuffer>;
  generateKey(algorithm: string, extractable: boolean, usages: readonly Usage[]): Promise<EngineKeyPair>;
  sign(algorithm: string, key: EngineKey, message: Uint8Array): Promise<ArrayBuffer>;
  verify(algorithm: string, key: EngineKey, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
}

/** `subtle` is missing outside secure contexts. */
declare const crypto: { readonly subtle?: Subtle | undefined };

const { Point } = noble;
const ALGORITHM = "Ed25519";
const IDENTITY = Point.ZERO.toBytes();
/** RFC 8410: everything of a PKCS #8 Ed25519 key before its 32-byte seed. */
const PKCS8_PREFIX = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** SHA-256 (FIPS 180-4) over the concatenation of `parts`; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = nobleSha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** HKDF-SHA256 (RFC 5869); `length` is at most 8160 bytes. */
export function hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdf(nobleSha256, ikm, salt, info, length);
}

/** True for a canonical encoding of a point of the prime-order group that is not its identity. Some milliseconds. */
export function keyOk(publicKey: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return false;
  try {
    const point = Point.fromBytes(publicKey);
    return !point.is0() && point.isTorsionFree();
  } catch {
    return false; // not the encoding of a point
  }
}

/** Whether a signature is one of a certain key over `message`. */
export type SignatureCheck = (signature: Uint8Array, message: Uint8Array) => Promise<boolean>;

/** The check for one key, by the engine where it can, else by noble. `publicKey` must have passed keyOk. */
export async function signatureCheckOf(publicKey: Uint8Array): Promise<SignatureCheck> {
  const subtle = await nativeEd25519();
  return subtle === null ? recomputedCheckOf(publicKey) : await nativeCheckOf(subtle, publicKey);
}

export async function nativeCheckOf(subtle: Subtle, publicKey: Uint8Array): Promise<SignatureCheck> {
  const key = await subtle.importKey("raw", publicKey, ALGORITHM, true, ["verify"]);
  return async (signature, message) =>
    isWellFormed(signature) && (await subtle.verify(ALGORITHM, key, signature, message));
}

/**
 * For engines without Ed25519: what WebCrypto does, that is enc([S]B - [k]A) = R, byte by byte. noble's own verify multiplies
 * by the cofactor and so accepts signatures that every WebCrypto refuses. `publicKey` must have passed keyOk.
 */
export function recomputedCheckOf(publicKey: Uint8Array): SignatureCheck {
  const encodedA = publicKey.slice();
  const a = Point.fromBytes(encodedA);
  return async (signature, message) => {
    if (!isWellFormed(signature)) return false;
    const encodedR = signature.subarray(0, 32);
    const k = bytesToNumberLE(sha512(concatBytes(encodedR, encodedA, message))) % Point.Fn.ORDER;
    const r = Point.BASE.multiplyUnsafe(scalarOf(signature)).subtract(a.multiplyUnsafe(k));
    return equalBytes(r.toBytes(), encodedR);
  };
}

/** Length, S below the group order, and an R that is not the identity: libsodium refuses it, others accept it. */
function isWellFormed(signature: Uint8Array): boolean {
  return (
    signature.length === SIGNATURE_BYTES && !equalBytes(signature.subarray(0, 32), IDENTITY) && isBelowOrder(signature)
  );
}

/** The order is a little above 2^252: a number below that is told by its highest byte. */
function isBelowOrder(signature: Uint8Array): boolean {
  return (signature[SIGNATURE_BYTES - 1] ?? 0) < 0x10 || scalarOf(signature) < Point.Fn.ORDER;
}

function scalarOf(signature: Uint8Array): bigint {
  return bytesToNumberLE(signature.subarray(32, SIGNATURE_BYTES));
}

/** The holder of a key made from 32 secret bytes: servers and edit links. The key is handed to the engine at the first use. */
export function signerFromSeed(seed: Uint8Array): Signer {
  if (seed.length !== SEED_BYTES) throw new RangeError("a seed has 32 bytes");
  const secret = seed.slice();
  let key: EngineKey | null = null;
  return {
    publicKey: noble.getPublicKey(secret),
    async sign(message) {
      const subtle = await nativeEd25519();
      if (subtle === null) return noble.sign(message, secret);
      key ??= await subtle.importKey("pkcs8", concatBytes(PKCS8_PREFIX, secret), ALGORITHM, false, ["sign"]);
      return new Uint8Array(await subtle.sign(ALGORITHM, key, message));
    },
  };
}

/** What a device keeps of its key, by structured clone: a key that no script can read, or a seed where the engine has none. */
export type DeviceKeyHandle = EngineKeyPair | Uint8Array;

/** The key of this device. */
export interface DeviceKey extends Signer {
  readonly handle: DeviceKeyHandle;
}

export async function generateDeviceKey(): Promise<DeviceKey> {
  const subtle = await nativeEd25519();
  if (subtle === null) {
    const { secretKey, publicKey } = noble.keygen();
    return deviceKeyFromHandle(secretKey, publicKey);
  }
  const pair = await subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  return deviceKeyFromHandle(pair, new Uint8Array(await subtle.exportKey("raw", pair.publicKey)));
}

/** A device key out of storage; `publicKey` was stored next to `handle`. */
export function deviceKeyFromHandle(handle: DeviceKeyHandle, publicKey: Uint8Array): DeviceKey {
  if (handle instanceof Uint8Array) return { publicKey, handle, sign: signerFromSeed(handle).sign };
  return {
    publicKey,
    handle,
    async sign(message) {
      const subtle = await nativeEd25519();
      if (subtle === null) throw new Error("this engine lost Ed25519");
      return new Uint8Array(await subtle.sign(ALGORITHM, handle.privateKey, message));
    },
  };
}

/** Whether a value out of storage can be a device's handle. */
export function isDeviceKeyHandle(value: unknown): value is DeviceKeyHandle {
  if (value instanceof Uint8Array) return value.length === SEED_BYTES;
  return isObject(value) && isEngineKey(value["privateKey"], "private") && isEngineKey(value["publicKey"], "public");
}

function isEngineKey(value: unknown, type: string): boolean {
  return isObject(value) && value["type"] === type && typeof value["extractable"] === "boolean";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

let native: Subtle | null | undefined;

/** WebCrypto where it has Ed25519 (Chrome 137, Firefox 129, Safari 17), found out once by importing a good key; else null. */
export async function nativeEd25519(): Promise<Subtle | null> {
  if (native !== undefined) return native;
  const { subtle } = crypto;
  if (subtle === undefined) return (native = null);
  try {
    await subtle.importKey("raw", Point.BASE.toBytes(), ALGORITHM, true, ["verify"]);
    return (native = subtle);
  } catch {
    return (native = null);
  }
}
