// Everything about an op that is proven by signatures alone, with no state read: so it can run before an op's turn comes.
import { certificateMessage } from "./certificate.ts";
import { decodeEnrol } from "./enrol.ts";
import { type Op, signedBytes } from "./op.ts";
import type { Verifier } from "./signature.ts";

export type SignatureFault = "key" | "signature" | "certificate";

/** null where the op's signature, and those of the certificates that it carries, hold. */
export async function verifyOp(op: Op, verifier: Verifier): Promise<SignatureFault | null> {
  if (!verifier.keyOk(op.author)) return "key";
  if (!(await verifier.verify(op.author, op.signature, signedBytes(op.header)))) return "signature";
  return op.type === "enrol" ? verifyCertificates(op, verifier) : null;
}

async function verifyCertificates(op: Op, verifier: Verifier): Promise<SignatureFault | null> {
  try {
    for (const { issuer, signature, payload } of decodeEnrol(op.body)) {
      if (!verifier.keyOk(issuer)) return "certificate";
      if (!(await verifier.verify(issuer, signature, certificateMessage(payload)))) return "certificate";
    }
    return null;
  } catch {
    return "certificate";
  }
}
