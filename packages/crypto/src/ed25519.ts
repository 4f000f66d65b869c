// The signature scheme of Reed: Ed25519 with a verdict on which all engines agree (crypto.md 2.4). Checking that a key lies
// in the prime-order group costs milliseconds and importing it into the engine is not free either, so the verdict is remembered
// for the keys seen last, and the imported key from its second use on: who only reads signs once. Called for every op, certificate and proof, by the room and by every replica.
import { toHex } from "@reed/bytes";
import { keyOk, PUBLIC_KEY_BYTES, type SignatureCheck, signatureCheckOf } from "./primitives.ts";
import type { SignatureScheme } from "./signature-scheme.ts";

/** A room's devices and then some; an entry takes under 1 KiB, and some 150 bytes before its second use. */
const MAX_KNOWN_KEYS = 1024;

interface KnownKey {
  readonly isOk: boolean;
  check: SignatureCheck | "once" | null;
}

/** A scheme that remembers the `maxKeys` keys used last. */
export function createEd25519(maxKeys: number): SignatureScheme {
  const known = new Map<string, KnownKey>();

  function recall(publicKey: Uint8Array): KnownKey {
    const id = toHex(publicKey);
    const key = known.get(id) ?? { isOk: keyOk(publicKey), check: null };
    known.delete(id);
    known.set(id, key);
    for (const oldest of known.keys()) {
      if (known.size <= maxKeys) break;
      known.delete(oldest);
    }
    return key;
  }

  return {
    async verify(publicKey, signature, message) {
      if (publicKey.length !== PUBLIC_KEY_BYTES) return false;
      const key = recall(publicKey);
      if (!key.isOk) return false;
      if (typeof key.check === "function") return key.check(signature, message);
      const isKept = key.check === "once";
      key.check ??= "once";
      // Kept as a value, not as a promise: in workerd a promise belongs to the request that made it, and would die with it.
      const check = await signatureCheckOf(publicKey);
      if (isKept) key.check = check;
      return check(signature, message);
    },
    keyOk: (publicKey) => publicKey.length === PUBLIC_KEY_BYTES && recall(publicKey).isOk,
  };
}

export const ed25519: SignatureScheme = createEd25519(MAX_KNOWN_KEYS);
