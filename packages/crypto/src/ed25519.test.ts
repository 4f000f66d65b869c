import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEd25519, ed25519 } from "./ed25519.ts";
import { generateDeviceKey, keyOk, signerFromSeed } from "./primitives.ts";

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 400 });
const MESSAGE = Uint8Array.from({ length: 40 }, (_, index) => index);

/** Every byte string that differs from `bytes` in one bit. */
function flips(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = bytes.slice();
    flipped[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    return flipped;
  });
}

describe("ed25519", () => {
  it("verifies what any seed signs, and no other message or key", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, seeds, messages, messages, async (seed, otherSeed, message, otherMessage) => {
        const signer = signerFromSeed(seed);
        const other = signerFromSeed(otherSeed);
        const signature = await signer.sign(message);
        expect(signature).toHaveLength(64);
        expect(await ed25519.verify(signer.publicKey, signature, message)).toBe(true);
        const isSameMessage = Buffer.from(message).equals(otherMessage);
        expect(await ed25519.verify(signer.publicKey, signature, otherMessage)).toBe(isSameMessage);
        const isSameKey = Buffer.from(seed).equals(otherSeed);
        expect(await ed25519.verify(other.publicKey, signature, message)).toBe(isSameKey);
      }),
      { numRuns: 25 },
    );
  });

  it("refuses a signature, a message and a key with any one bit flipped", async () => {
    const { publicKey, sign } = await generateDeviceKey();
    const signature = await sign(MESSAGE);
    expect(await ed25519.verify(publicKey, signature, MESSAGE)).toBe(true);
    const verdicts = await Promise.all([
      ...flips(signature).map((flipped) => ed25519.verify(publicKey, flipped, MESSAGE)),
      ...flips(MESSAGE).map((flipped) => ed25519.verify(publicKey, signature, flipped)),
      ...flips(publicKey).map((flipped) => ed25519.verify(flipped, signature, MESSAGE)),
    ]);
    expect(verdicts).toHaveLength((64 + 40 + 32) * 8);
    expect(verdicts).not.toContain(true);
  });

  it("answers false, and does not throw, for keys and signatures of another length", async () => {
    const { publicKey, sign } = await generateDeviceKey();
    const signature = await sign(MESSAGE);
    for (const length of [0, 31, 33, 64]) {
      expect(ed25519.keyOk(new Uint8Array(length))).toBe(false);
      expect(await ed25519.verify(new Uint8Array(length), signature, MESSAGE)).toBe(false);
    }
    for (const length of [0, 32, 63, 65])
      expect(await ed25519.verify(publicKey, new Uint8Array(length), MESSAGE)).toBe(false);
  });

  it("refuses every key whose y is not reduced", () => {
    for (let low = 0xed; low <= 0xff; low += 1) {
      const unreduced = new Uint8Array(32).fill(0xff);
      unreduced[0] = low;
      for (const top of [0x7f, 0xff]) {
        unreduced[31] = top;
        expect(keyOk(unreduced)).toBe(false);
      }
    }
  });

  it("gives the same verdicts with room for one key as with room for many", async () => {
    const small = createEd25519(1);
    const keys = await Promise.all([generateDeviceKey(), generateDeviceKey(), generateDeviceKey()]);
    const signatures = await Promise.all(keys.map((key) => key.sign(MESSAGE)));
    for (const [index, key] of keys.entries()) {
      const verdicts = await Promise.all(
        signatures.map((signature) => small.verify(key.publicKey, signature, MESSAGE)),
      );
      expect(verdicts).toEqual(keys.map((_, at) => at === index));
    }
  });
});
