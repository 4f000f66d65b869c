// What can be said of a message before its turn: its form and its signatures. No state is read, so this runs while earlier
// messages still wait.
import { DecodeError } from "@reed/bytes";
import { helloMessage } from "@reed/crypto";
import { decodeOp, HEADER_BYTES, type Op, OpError, opIdOf, type Sha256, type Verifier, verifyOp } from "@reed/log";
import {
  type CloseReason,
  decodeUp,
  type Hello,
  MAX_FRAME_BYTES,
  type NackCode,
  UnknownFrameError,
  type Up,
} from "@reed/protocol";

export type PreparedOp =
  | { readonly type: "op"; readonly op: Op }
  | { readonly type: "fault"; readonly opId: Uint8Array; readonly envelope: Uint8Array; readonly code: NackCode };

export type Prepared =
  | { readonly type: "broken"; readonly reason: CloseReason }
  | { readonly type: "hello"; readonly hello: Hello; readonly isProven: boolean }
  | { readonly type: "ops"; readonly ops: readonly PreparedOp[] }
  | { readonly type: "set_presence"; readonly payload: Uint8Array }
  | { readonly type: "receipt"; readonly bytes: number };

/** A frame that was read, or why its socket ends. */
export type Decoded = Up | Extract<Prepared, { type: "broken" }>;

export interface PrepareContext {
  readonly sha256: Sha256;
  readonly verifier: Verifier;
  readonly note: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Checks what `decodeMessage` gave. Total: whatever the bytes were, the result says what to do with them. */
export async function prepareMessage(message: Decoded, context: PrepareContext): Promise<Prepared> {
  switch (message.type) {
    case "hello":
      return { type: "hello", hello: message, isProven: await isProven(message, context) };
    case "ops":
      return prepareOps(message.envelopes, context);
    case "subscribe":
    case "unsubscribe":
      // A library takes these before they get here; a note has nothing to tell.
      return { type: "broken", reason: "frame_unexpected" };
    default:
      return message;
  }
}

/** Form and signatures of ops that came by any way. An op too short to have a header can't even be answered. */
export async function prepareOps(
  envelopes: readonly Uint8Array[],
  context: Pick<PrepareContext, "sha256" | "verifier">,
): Promise<Prepared> {
  if (envelopes.some((envelope) => envelope.length < HEADER_BYTES))
    return { type: "broken", reason: "frame_malformed" };
  return { type: "ops", ops: await Promise.all(envelopes.map((envelope) => prepareOp(envelope, context))) };
}

/** Total, like everything here. */
export function decodeMessage(frame: Uint8Array): Decoded {
  if (frame.length > MAX_FRAME_BYTES) return { type: "broken", reason: "frame_too_big" };
  try {
    return decodeUp(frame);
  } catch (error) {
    if (error instanceof UnknownFrameError) return { type: "broken", reason: "frame_unknown" };
    if (error instanceof DecodeError) return { type: "broken", reason: "frame_malformed" };
    throw error;
  }
}

async function isProven(hello: Hello, { verifier, nonce, note }: PrepareContext): Promise<boolean> {
  return verifier.keyOk(hello.device) && verifier.verify(hello.device, hello.proof, helloMessage(nonce, note));
}

async function prepareOp(
  envelope: Uint8Array,
  { sha256, verifier }: Pick<PrepareContext, "sha256" | "verifier">,
): Promise<PreparedOp> {
  try {
    const op = decodeOp(envelope, sha256);
    const fault = await verifyOp(op, verifier);
    return fault === null ? { type: "op", op } : { type: "fault", opId: op.opId, envelope, code: fault };
  } catch (error) {
    if (!(error instanceof OpError)) throw error;
    return {
      type: "fault",
      opId: opIdOf(envelope.subarray(0, HEADER_BYTES), sha256),
      envelope,
      code: `op_${error.code}`,
    };
  }
}
