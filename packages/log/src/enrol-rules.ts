// When an enrolment holds: one certificate, for this device, in time, issued by the platform or, for a link, by the key that
// the link's grant names.
import { equalBytes } from "@reed/bytes";
import { MAX_ENROLMENTS } from "./authors.ts";
import { type Certificate, encodeCertificate } from "./certificate.ts";
import { decodeEnrol } from "./enrol.ts";
import type { Grants } from "./grants.ts";
import { NOTE_ID_BYTES } from "./ids.ts";
import type { Op } from "./op.ts";
import { isLinkPrincipal, type Principal } from "./principal.ts";
import type { Verdict } from "./verdict.ts";

export interface EnrolContext {
  readonly docId: Uint8Array;
  readonly platform: Uint8Array | null;
  readonly grants: Grants;
}

/** Clocks of the machines that issue certificates and of those that read them may differ by this much. */
const ISSUE_SKEW_US = 60_000_000;

/** `principals`: for whom the device acts already. */
export function judgeEnrol(
  op: Op,
  recvUs: number,
  context: EnrolContext & { readonly principals: readonly Principal[] },
): Verdict {
  const certificate = onlyCertificate(op);
  if (certificate === null) return { type: "refused", fault: "body" };
  if (!certifies(certificate, op.author, context)) return { type: "refused", fault: "certificate_invalid" };
  const isCurrent = certificate.notBeforeUs <= recvUs + ISSUE_SKEW_US && recvUs < certificate.notAfterUs;
  if (!isCurrent) return { type: "refused", fault: "certificate_expired" };
  const { principal, payload, signature } = certificate;
  const hasRoom = context.principals.length < MAX_ENROLMENTS || context.principals.includes(principal);
  if (!hasRoom) return { type: "refused", fault: "certificate_invalid" };
  return { type: "accepted", effect: { type: "enrol", principal, certificate: encodeCertificate(payload, signature) } };
}

/** Whether `certificate` binds `device` in this note, its times aside. */
export function certifies(certificate: Certificate, device: Uint8Array, context: EnrolContext): boolean {
  if (!equalBytes(certificate.device, device)) return false;
  if (certificate.note !== null && !equalBytes(certificate.note, context.docId.subarray(0, NOTE_ID_BYTES)))
    return false;
  if (!isLinkPrincipal(certificate.principal))
    return context.platform !== null && equalBytes(certificate.issuer, context.platform);
  const key = context.grants.get(certificate.principal)?.key ?? null;
  return certificate.note !== null && key !== null && equalBytes(certificate.issuer, key);
}

function onlyCertificate(op: Op): Certificate | null {
  try {
    const chain = decodeEnrol(op.body);
    return chain.length === 1 ? (chain[0] ?? null) : null;
  } catch {
    return null;
  }
}
