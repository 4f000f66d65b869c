// Ops that were signed and are not yet known to rest in the log at their place. They are stored until then, and sent again as
// they are, byte for byte.
import { type DataBody, decodeDataBody, type Op, TEXT_BUCKET } from "@reed/log";

/** waiting: stored, not sent on this socket. sent: unanswered. acked: durable at the server, its place not yet read. */
export type InFlightState = "waiting" | "sent" | "acked";

export interface InFlightOp {
  readonly key: string;
  readonly op: Op;
  state: InFlightState;
  /** How often it left on this socket without an answer yet: only the last answer tells how things stand. */
  unanswered: number;
}

export interface StoredInFlight {
  readonly key: string;
  readonly envelope: Uint8Array;
}

/** What `op` carried to a bucket, and what must be said anew when the op falls away; null for an op that is no edit. */
export function contentOf(op: Op): DataBody | null {
  return op.type === "data" ? decodeDataBody(op.body) : null;
}

/** The text updates that ops of these carried. */
export function textUpdatesOf(ops: readonly Op[]): readonly Uint8Array[] {
  return ops
    .map(contentOf)
    .filter((content) => content?.bucket === TEXT_BUCKET)
    .map((content) => content?.payload ?? new Uint8Array());
}
