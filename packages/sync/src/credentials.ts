// How this device gets in: as its guest, by the link it came by, or both. The secret of an edit link signs the device's own
// certificate here, in the browser; it is never sent.
import { LINK_SECRET_BYTES, linkPrincipal, linkWriteSigner } from "@reed/crypto";
import { fromBase64Url } from "@reed/bytes";
import {
  certificateMessage,
  encodeCertificate,
  encodeCertificatePayload,
  linkIdBytes,
  type NoteId,
  noteIdBytes,
  parseLinkId,
} from "@reed/log";

const VALID_US = 90 * 24 * 60 * 60 * 1_000_000;
/** Clocks differ; a certificate begins a little earlier than this device thinks it is. */
const SKEW_US = 5 * 60 * 1_000_000;

export interface LinkCredential {
  readonly linkId: string;
  /** null for a view link, or where the fragment is not a secret. */
  readonly secret: string | null;
}

/** The device's certificate by an edit link; null where the link does not carry a secret. */
export async function linkCertificate(
  noteId: NoteId,
  link: LinkCredential,
  device: Uint8Array,
  nowUs: number,
): Promise<Uint8Array | null> {
  const linkId = parseLinkId(link.linkId);
  const secret = link.secret === null ? null : readSecret(link.secret);
  if (linkId === null || secret === null) return null;
  const note = noteIdBytes(noteId);
  const signer = linkWriteSigner(secret, note);
  const payload = encodeCertificatePayload({
    device,
    principal: linkPrincipal(linkIdBytes(linkId)),
    issuer: signer.publicKey,
    note,
    notBeforeUs: nowUs - SKEW_US,
    notAfterUs: nowUs + VALID_US,
  });
  return encodeCertificate(payload, await signer.sign(certificateMessage(payload)));
}

function readSecret(text: string): Uint8Array | null {
  try {
    const bytes = fromBase64Url(text);
    return bytes.length === LINK_SECRET_BYTES ? bytes : null;
  } catch {
    return null;
  }
}
