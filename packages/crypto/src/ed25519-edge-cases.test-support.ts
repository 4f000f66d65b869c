// Signatures on which Ed25519 verifiers in use disagree, each built so that some verifier accepts it, between
// two ordinary ones. crypto.md 4 (own differential set) and 5, rows 40 and 41.
import { ed25519 as noble } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@reed/bytes";
import type { SignatureCase } from "./ed25519-cases.test-support.ts";

const { Point } = noble;
type Point = typeof Point.BASE;

const ORDER = Point.Fn.ORDER;
const FIELD = Point.Fp.ORDER;

const SECRET = 0x5eed_0123_4567_89ab_cdef_0123_4567_89abn;
const NONCE = 0x0123_4567_89ab_cdef_5eed_0123_4567_89abn;
const KEY = Point.BASE.multiply(SECRET);
const COMMITMENT = Point.BASE.multiply(NONCE);

const IDENTITY = Point.ZERO.toBytes();
/** The identity again, as y = p + 1: lenient decoders reduce it. */
const IDENTITY_UNREDUCED = encoded(FIELD + 1n);
/** And with the sign of x set, though x is 0. */
const IDENTITY_NEGATIVE = encoded(1n | (1n << 255n));
const EIGHTH = pointOfOrderEight();

/** Eight ways to be refused, some in several encodings, and two that are accepted. */
export function edgeCases(): readonly SignatureCase[] {
  return [
    { ...honest(KEY, 0), name: "an ordinary signature", isValid: true },
    { ...honest(KEY, 1), name: "an ordinary signature of another message", isValid: true },
    ...[IDENTITY, IDENTITY_UNREDUCED, IDENTITY_NEGATIVE].map((key, index) => ({
      ...signed(key, IDENTITY, 0n, 0),
      name: `a key that is the identity, encoding ${index}: one signature for all messages`,
    })),
    { ...ground((at) => signed(EIGHTH.toBytes(), IDENTITY, 0n, at)), name: "a key of order 8" },
    { ...ground((at) => honest(KEY.add(EIGHTH), at)), name: "a key with a part of order 8" },
    { ...withChallenge(IDENTITY), name: "R is the identity" },
    { ...withChallenge(IDENTITY_UNREDUCED), name: "R is the identity, unreduced" },
    { ...withChallenge(IDENTITY_NEGATIVE), name: "R is the identity, with a sign" },
    {
      ...withChallenge(COMMITMENT.add(EIGHTH).toBytes(), NONCE),
      name: "R with a part of order 8: a cofactored verifier accepts",
    },
    { ...honest(KEY, 0, ORDER), name: "S plus the group order" },
  ];
}

/** The challenge that a signature answers, reduced. */
function challenge({ publicKey, signature, message }: SignatureCase): bigint {
  return bytesToNumberLE(sha512(concatBytes(signature.subarray(0, 32), publicKey, message))) % ORDER;
}

function signed(publicKey: Uint8Array, r: Uint8Array, s: bigint, at: number): SignatureCase {
  const signature = concatBytes(r, numberToBytesLE(s, 32));
  return { name: "", publicKey, signature, message: Uint8Array.of(at), isValid: false };
}

/** What RFC 8032 does with SECRET and NONCE, for a key that may have a part of order 8, S moved up by `lift`. */
function honest(key: Point, at: number, lift = 0n): SignatureCase {
  const publicKey = key.toBytes();
  const r = COMMITMENT.toBytes();
  const s = (NONCE + challenge(signed(publicKey, r, 0n, at)) * SECRET) % ORDER;
  return signed(publicKey, r, s + lift, at);
}

/** A signature of the good key with this R, whose discrete logarithm (but for a part of order 8) is `nonce`. */
function withChallenge(r: Uint8Array, nonce = 0n): SignatureCase {
  const publicKey = KEY.toBytes();
  const s = (nonce + challenge(signed(publicKey, r, 0n, 0)) * SECRET) % ORDER;
  return signed(publicKey, r, s, 0);
}

/** The first message whose challenge is a multiple of 8, which cancels the key's part of order 8. */
function ground(build: (at: number) => SignatureCase): SignatureCase {
  for (let at = 0; at < 256; at += 1) {
    const candidate = build(at);
    if (challenge(candidate) % 8n === 0n) return candidate;
  }
  throw new Error("no message found");
}

function encoded(y: bigint): Uint8Array {
  return numberToBytesLE(y, 32);
}

/** [L]P for the first curve point P that has a full part of order 8. */
function pointOfOrderEight(): Point {
  for (let y = 2n; y < 100n; y += 1n) {
    try {
      const candidate = Point.fromBytes(encoded(y))
        .multiplyUnsafe(ORDER - 1n)
        .add(Point.fromBytes(encoded(y)));
      if (!candidate.double().double().is0()) return candidate;
    } catch {
      continue; // no point has this y
    }
  }
  throw new Error("no point of order 8 found");
}
