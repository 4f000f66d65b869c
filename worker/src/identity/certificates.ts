// What the platform key signs: that a device acts for a user, or that the gateway's key is the gateway's. Good in any note.
import type { Signer } from "@reed/crypto";
import {
  type CertificateFields,
  certificateMessage,
  encodeCertificate,
  encodeCertificatePayload,
  userPrincipal,
} from "@reed/log";

const DEVICE_CERTIFICATE_MS = 90 * 24 * 3600 * 1000;

export async function issueCertificate(
  platform: Signer,
  fields: Omit<CertificateFields, "issuer" | "note">,
): Promise<Uint8Array> {
  const payload = encodeCertificatePayload({ ...fields, issuer: platform.publicKey, note: null });
  return encodeCertificate(payload, await platform.sign(certificateMessage(payload)));
}

/** For a device (raw public key) of the user `userId`, valid for 90 days. */
export function certifyDevice(
  platform: Signer,
  device: Uint8Array,
  userId: string,
  nowMs: number,
): Promise<Uint8Array> {
  return issueCertificate(platform, {
    device,
    principal: userPrincipal(userId),
    notBeforeUs: nowMs * 1000,
    notAfterUs: (nowMs + DEVICE_CERTIFICATE_MS) * 1000,
  });
}
