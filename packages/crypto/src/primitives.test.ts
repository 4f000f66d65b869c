import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { concatBytes, encodeUtf8, fromHex, toHex } from "@reed/bytes";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ed25519 } from "./ed25519.ts";
import {
  deviceKeyFromHandle,
  generateDeviceKey,
  hkdfSha256,
  isDeviceKeyHandle,
  sha256,
  signerFromSeed,
} from "./primitives.ts";

const MESSAGE = encodeUtf8("a message");
const VECTORS = resolve(import.meta.dirname, "../../..", process.env["REED_DATA"] ?? "../shared/data", "vectors");

describe("sha256", () => {
  it("hashes its parts as one", () => {
    const parts = [encodeUtf8("a"), new Uint8Array(), encodeUtf8("bc")];
    expect(toHex(sha256(...parts))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const long = new Uint8Array(100_000).fill(7);
    expect(toHex(sha256(long, long))).toBe(createHash("sha256").update(concatBytes(long, long)).digest("hex"));
  });
});

describe("hkdfSha256", () => {
  it("gives the keys of Wycheproof (data)", ({ skip }) => {
    const path = resolve(VECTORS, "wycheproof-hkdf_sha256_test.json");
    if (!existsSync(path)) return skip(`no vectors in ${VECTORS}`);
    const pattern =
      /"ikm"\s*:\s*"(\w*)",\s*"salt"\s*:\s*"(\w*)",\s*"info"\s*:\s*"(\w*)",\s*"size"\s*:\s*(\d+),\s*"okm"\s*:\s*"(\w*)",\s*"result"\s*:\s*"(\w+)"/g;
    const cases = [...readFileSync(path, "utf8").matchAll(pattern)];
    expect(cases).toHaveLength(86);
    for (const [, ikm = "", salt = "", info = "", size = "", okm = "", result = ""] of cases) {
      const derive = (): string => toHex(hkdfSha256(fromHex(ikm), fromHex(salt), fromHex(info), Number(size)));
      if (result === "invalid") expect(derive).toThrow("Length");
      else expect(derive()).toBe(okm);
    }
  });
});

describe("a signer from a seed", () => {
  it("is that of RFC 8032, 7.1, test 2", async () => {
    const signer = signerFromSeed(fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    expect(toHex(signer.publicKey)).toBe("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    expect(toHex(await signer.sign(Uint8Array.of(0x72)))).toBe(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
  });

  it("keeps its own copy of the seed", async () => {
    const seed = new Uint8Array(32).fill(9);
    const signer = signerFromSeed(seed);
    seed.fill(0);
    expect(await ed25519.verify(signer.publicKey, await signer.sign(MESSAGE), MESSAGE)).toBe(true);
  });

  it("wants 32 bytes", () => {
    expect(() => signerFromSeed(new Uint8Array(31))).toThrow(RangeError);
  });
});

describe("a device key", () => {
  it("signs after its handle was stored and read back", async () => {
    const key = await generateDeviceKey();
    expect(ed25519.keyOk(key.publicKey)).toBe(true);
    const stored: unknown = structuredClone(key.handle);
    if (!isDeviceKeyHandle(stored)) throw new Error("not a handle");
    const restored = deviceKeyFromHandle(stored, key.publicKey);
    expect(await ed25519.verify(key.publicKey, await restored.sign(MESSAGE), MESSAGE)).toBe(true);
  });

  it("can't be exported", async () => {
    const { handle } = await generateDeviceKey();
    if (handle instanceof Uint8Array) throw new Error("this engine has Ed25519");
    expect(handle.privateKey.extractable).toBe(false);
  });

  it("is not made of what merely looks like storage", () => {
    for (const value of [null, undefined, "key", {}, { privateKey: {}, publicKey: {} }, new Uint8Array(31), [1]]) {
      expect(isDeviceKeyHandle(value)).toBe(false);
    }
  });
});

describe("an engine without Ed25519", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  async function withoutEd25519(subtle: object | undefined): Promise<typeof import("./primitives.ts")> {
    vi.stubGlobal("crypto", { subtle, getRandomValues: crypto.getRandomValues.bind(crypto) });
    vi.resetModules();
    return await import("./primitives.ts");
  }

  const refusing = { importKey: () => Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError")) };

  it.each([
    ["an insecure context", undefined],
    ["an old browser", refusing],
  ])("signs and verifies all the same in %s", async (_, subtle) => {
    const old = await withoutEd25519(subtle);
    const key = await old.generateDeviceKey();
    const restored = old.deviceKeyFromHandle(structuredClone(key.handle), key.publicKey);
    const signature = await restored.sign(MESSAGE);
    const check = await old.signatureCheckOf(key.publicKey);
    expect(await check(signature, MESSAGE)).toBe(true);
    expect(await check(signature, encodeUtf8("another"))).toBe(false);
    expect(await ed25519.verify(key.publicKey, signature, MESSAGE)).toBe(true);
  });

  it("verifies what a new one signed", async () => {
    const key = await generateDeviceKey();
    const signature = await key.sign(MESSAGE);
    const old = await withoutEd25519(refusing);
    expect(await (await old.signatureCheckOf(key.publicKey))(signature, MESSAGE)).toBe(true);
  });
});
