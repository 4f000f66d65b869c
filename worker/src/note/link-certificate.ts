// The proof that a visitor has the secret of an edit link: a certificate for the visitor's device by the key that is derived from
// the secret, which the link's grant names. The secret itself stays in the visitor's browser.
import { DecodeError } from "@reed/bytes";
import {
  type Certificate,
  certificateMessage,
  certifies,
  decodeCertificate,
  type Ledger,
  type Principal,
} from "@reed/log";
import type { RoomPorts } from "@reed/room";

export interface LinkProofContext {
  readonly link: Principal;
  readonly device: Uint8Array;
  readonly ledger: Ledger;
  readonly ports: Pick<RoomPorts, "verifier" | "platformKey" | "nowUs">;
}

/** Clocks of visitors may be ahead by this much. */
const SKEW_US = 60_000_000;

export async function provesLink(
  bytes: Uint8Array,
  { link, device, ledger, ports }: LinkProofContext,
): Promise<boolean> {
  const certificate = decode(bytes);
  if (certificate === null || certificate.principal !== link) return false;
  const nowUs = ports.nowUs();
  if (certificate.notBeforeUs > nowUs + SKEW_US || nowUs >= certificate.notAfterUs) return false;
  if (!certifies(certificate, device, { docId: ledger.docId, platform: ports.platformKey, grants: ledger.grants }))
    return false;
  return ports.verifier.verify(certificate.issuer, certificate.signature, certificateMessage(certificate.payload));
}

function decode(bytes: Uint8Array): Certificate | null {
  try {
    return decodeCertificate(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
