// Ops that were signed and are not yet known to rest in the log at their place. They are stored until then, and sent again as
// they are, byte for byte.
import { decodeDataBody, type Op, type OpType } from "@reed/log";

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

/** The text updates that ops of these carried: what must be said anew when the ops fall away. */
export function updatesOf(ops: readonly Op[]): readonly Uint8Array[] {
  const dataType: OpType = "data";
  return ops.filter(({ type }) => type === dataType).map(({ body }) => decodeDataBody(body).payload);
}
