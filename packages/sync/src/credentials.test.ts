import { toBase64Url } from "@reed/bytes";
import { ed25519, linkPrincipal, linkWriteSigner } from "@reed/crypto";
import { certificateMessage, certifies, decodeCertificate, linkIdOf, noteIdOf } from "@reed/log";
import { describe, expect, it } from "vitest";
import { linkCertificate } from "./credentials.ts";

const DOC_ID = new Uint8Array(32).fill(5);
const NOTE = noteIdOf(DOC_ID);
const DEVICE = new Uint8Array(32).fill(6);
const SECRET = new Uint8Array(16).fill(7);
const LINK_BYTES = new Uint8Array(12).fill(8);
const LINK = { linkId: linkIdOf(LINK_BYTES), secret: toBase64Url(SECRET) };
const NOW_US = 1_767_225_600_000_000;

describe("the certificate by an edit link", () => {
  it("[L30] binds this device to the link in this note, signed by the key in the link's secret", async () => {
    const bytes = await linkCertificate(NOTE, LINK, DEVICE, NOW_US);
    const certificate = decodeCertificate(bytes ?? new Uint8Array());
    const { publicKey } = linkWriteSigner(SECRET, DOC_ID.subarray(0, 16));
    const principal = linkPrincipal(LINK_BYTES);
    expect(certificate).toMatchObject({ device: DEVICE, principal, issuer: publicKey, note: DOC_ID.subarray(0, 16) });
    expect(await ed25519.verify(publicKey, certificate.signature, certificateMessage(certificate.payload))).toBe(true);
    const grants = new Map([[principal, { principal, role: "editor", key: publicKey, expiresUs: null }]] as const);
    expect(certifies(certificate, DEVICE, { docId: DOC_ID, platform: null, grants })).toBe(true);
    expect(certificate.notBeforeUs).toBeLessThan(NOW_US);
    expect(certificate.notAfterUs).toBeGreaterThan(NOW_US);
  });

  it("is none where the link is not one or carries no secret", async () => {
    for (const link of [
      { ...LINK, secret: null },
      { ...LINK, secret: "short" },
      { ...LINK, secret: toBase64Url(new Uint8Array(15)) },
      { ...LINK, secret: "*".repeat(22) },
      { ...LINK, linkId: "no" },
    ]) {
      expect(await linkCertificate(NOTE, link, DEVICE, NOW_US)).toBeNull();
    }
  });
});
