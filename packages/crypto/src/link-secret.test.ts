import { createHash, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { concatBytes, toHex } from "@reed/bytes";
import { describe, expect, it } from "vitest";
import { ed25519 } from "./ed25519.ts";
import { linkIdHash, linkPrincipal, linkWriteSeed, linkWriteSigner } from "./link-secret.ts";

const LINK_ID = Uint8Array.from({ length: 12 }, (_, index) => index);
const SECRET = Uint8Array.from({ length: 16 }, (_, index) => 0x40 + index);
const NOTE = Uint8Array.from({ length: 16 }, (_, index) => 0x80 + index);

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
    const seed = Buffer.from(hkdfSync("sha256", SECRET, NOTE, "reed/link/v1/write-ed25519", 32));
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
    expect(linkWriteSigner(SECRET, NOTE).publicKey).toEqual(
      new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(-32)),
    );
  });

  it("has golden values", () => {
    expect(linkPrincipal(LINK_ID)).toBe("link:bLH9W4vx6wti6AuzbLKCnQ");
    expect(toHex(linkWriteSeed(SECRET, NOTE))).toBe("7dbc0bca62fefa7a8085754b145ea6db271e4f5c1bc066e25d6b34b30822bc9e");
    expect(toHex(linkWriteSigner(SECRET, NOTE).publicKey)).toBe(
      "5c21c94b9f061791a267735f6d37bd5b7d49e13ddbe5b01eeed35f737a38d676",
    );
  });

  it("certifies with a key that passes keyOk and whose signatures verify", async () => {
    const signer = linkWriteSigner(SECRET, NOTE);
    const message = Uint8Array.of(1, 2, 3);
    expect(ed25519.keyOk(signer.publicKey)).toBe(true);
    expect(await ed25519.verify(signer.publicKey, await signer.sign(message), message)).toBe(true);
  });

  it("has another write key in another note", () => {
    const other = linkWriteSigner(
      SECRET,
      NOTE.map((byte) => byte ^ 1),
    );
    expect(other.publicKey).not.toEqual(linkWriteSigner(SECRET, NOTE).publicKey);
  });

  it("shares no eight bytes between its secret, its seed, its key and its name", () => {
    const seed = linkWriteSeed(SECRET, NOTE);
    const values = [SECRET, seed, linkWriteSigner(SECRET, NOTE).publicKey, LINK_ID, linkIdHash(LINK_ID), NOTE];
    const all = values.flatMap(windows);
    expect(new Set(all).size).toBe(all.length);
  });

  it("refuses ids, secrets and notes of another length", () => {
    expect(() => linkIdHash(concatBytes(LINK_ID, LINK_ID))).toThrow(RangeError);
    expect(() => linkWriteSigner(SECRET.subarray(1), NOTE)).toThrow(RangeError);
    expect(() => linkWriteSigner(SECRET, NOTE.subarray(1))).toThrow(RangeError);
  });
});
