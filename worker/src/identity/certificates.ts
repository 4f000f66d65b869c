// What the platform key signs: that a device acts for a user, or that the gateway's key is the gateway's, good in any note; and that
// a device came through a chat channel, good in one.
import type { Signer } from "@reed/crypto";
import {
  type CertificateFields,
  certificateMessage,
  encodeCertificate,
  encodeCertificatePayload,
  type NoteId,
  noteIdBytes,
  type Principal,
  userPrincipal,
} from "@reed/log";

const DEVICE_CERTIFICATE_MS = 90 * 24 * 3600 * 1000;
/** A device enrols when it first writes, which may be long after it came in; and it never writes where it did not come through. */
const CHANNEL_CERTIFICATE_MS = 24 * 3600 * 1000;
/** The machines that issue certificates and those that read them may differ. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

export async function issueCertificate(
  platform: Signer,
  fields: Omit<CertificateFields, "issuer" | "note">,
  note: Uint8Array | null = null,
): Promise<Uint8Array> {
  const payload = encodeCertificatePayload({ ...fields, issuer: platform.publicKey, note });
  return encodeCertificate(payload, await platform.sign(certificateMessage(payload)));
}

/** For a device that came through `channel`, in one note. */
export function certifyInChannel(
  platform: Signer,
  { device, channel, noteId }: { readonly device: Uint8Array; readonly channel: Principal; readonly noteId: NoteId },
  nowMs: number,
): Promise<Uint8Array> {
  const fields = {
    device,
    principal: channel,
    notBeforeUs: (nowMs - CLOCK_SKEW_MS) * 1000,
    notAfterUs: (nowMs + CHANNEL_CERTIFICATE_MS) * 1000,
  };
  return issueCertificate(platform, fields, noteIdBytes(noteId));
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
