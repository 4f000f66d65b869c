import { createHash, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { concatBytes, toHex } from "@reed/bytes";
import { describe, expect, it } from "vitest";
import { ed25519 } from "./ed25519.ts";
import { linkIdHash, linkPrincipal, linkWriteSeed, linkWriteSigner } from "./link-secret.ts";

const LINK_ID = Uint8Array.from({ length: 12 }, (_, index) => index);
const SECRET = Uint8Array.from({ length: 16 }, (_, index) => 0x40 + index);
const DOC_ID = Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index);

/** Every run of eight bytes in `bytes`. */
function windows(bytes: Uint8Array): readonly string[] {
  return Array.from({ length: bytes.length - 7 }, (_, at) => toHex(bytes.subarray(at, at + 8)));
}

describe("a link", () => {
  it("is named in the log by half a hash of its id", () => {
    const hash = createHash("sha256").update("reed/link/v1\0").update(LINK_ID).digest();
    expect(toHex(linkIdHash(LINK_ID))).toBe(hash.subarray(0, 16).toString("hex"));
    expect(linkPrincipal(LINK_ID)).toBe(`link:${hash.subarray(0, 16).toString("base64url")}`);
  });

  it("has the write key that node:crypto derives from its secret", () => {
    const seed = Buffer.from(hkdfSync("sha256", SECRET, DOC_ID, "reed/link/v1/write-ed25519", 32));
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
    expect(linkWriteSigner(SECRET, DOC_ID).publicKey).toEqual(
      new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(-32)),
    );
  });

  it("has golden values", () => {
    expect(linkPrincipal(LINK_ID)).toBe("link:bLH9W4vx6wti6AuzbLKCnQ");
    expect(toHex(linkWriteSeed(SECRET, DOC_ID))).toBe(
      "3ab539a018c8dc9f871a0f0e41471dc92cda59bdd8fe4d5cfd663bdddeed1638",
    );
    expect(toHex(linkWriteSigner(SECRET, DOC_ID).publicKey)).toBe(
      "f71524d199164160bdfe5e73ab21ac75a03a1d1638bebf1b5a551694fa6192a7",
    );
  });

  it("certifies with a key that passes keyOk and whose signatures verify", async () => {
    const signer = linkWriteSigner(SECRET, DOC_ID);
    const message = Uint8Array.of(1, 2, 3);
    expect(ed25519.keyOk(signer.publicKey)).toBe(true);
    expect(await ed25519.verify(signer.publicKey, await signer.sign(message), message)).toBe(true);
  });

  it("has another write key in another note", () => {
    const other = linkWriteSigner(
      SECRET,
      DOC_ID.map((byte) => byte ^ 1),
    );
    expect(other.publicKey).not.toEqual(linkWriteSigner(SECRET, DOC_ID).publicKey);
  });

  it("shares no eight bytes between its secret, its seed, its key and its name", () => {
    const seed = linkWriteSeed(SECRET, DOC_ID);
    const values = [SECRET, seed, linkWriteSigner(SECRET, DOC_ID).publicKey, LINK_ID, linkIdHash(LINK_ID), DOC_ID];
    const all = values.flatMap(windows);
    expect(new Set(all).size).toBe(all.length);
  });

  it("refuses ids, secrets and notes of another length", () => {
    expect(() => linkIdHash(concatBytes(LINK_ID, LINK_ID))).toThrow(RangeError);
    expect(() => linkWriteSigner(SECRET.subarray(1), DOC_ID)).toThrow(RangeError);
    expect(() => linkWriteSigner(SECRET, DOC_ID.subarray(1))).toThrow(RangeError);
  });
});
