// What the page and its Worker say to each other about signatures. Both ends are of one build; what comes is looked at all the same,
// for an answer that is none must lead to checking here and never to trust.
import { ed25519, sha256 } from "@reed/crypto";
import { decodeOp, type Op, type SignatureFault, verifyOp } from "@reed/log";

/** null for each op whose signatures hold; as many as were asked about, in their order. */
export type Faults = readonly (SignatureFault | null)[];

/** Ops in one message: few enough that a large catch-up comes back piece by piece. */
export const MAX_BATCH_OPS = 64;

export interface Batch {
  readonly id: number;
  readonly envelopes: readonly Uint8Array[];
}

export interface Answer {
  readonly id: number;
  readonly faults: Faults;
}

const FAULTS: ReadonlySet<unknown> = new Set<SignatureFault | null>(["key", "signature", "certificate", null]);

/** Checks the ops on the thread that calls. */
export function verifyHere(ops: readonly Op[]): Promise<Faults> {
  return Promise.all(ops.map((op) => verifyOp(op, ed25519)));
}

/** Throws an OpError where an envelope is no op. */
export async function answerTo({ id, envelopes }: Batch): Promise<Answer> {
  return { id, faults: await verifyHere(envelopes.map((envelope) => decodeOp(envelope, sha256))) };
}

export function isBatch(data: unknown): data is Batch {
  if (!isRecord(data) || typeof data["id"] !== "number") return false;
  const { envelopes } = data;
  return Array.isArray(envelopes) && envelopes.every((envelope) => envelope instanceof Uint8Array);
}

export function isAnswer(data: unknown): data is Answer {
  if (!isRecord(data) || typeof data["id"] !== "number") return false;
  const { faults } = data;
  return Array.isArray(faults) && faults.every((fault) => FAULTS.has(fault));
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null;
}
