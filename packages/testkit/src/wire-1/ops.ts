// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// OPS pushes signed ops, oldest first. Each is answered by ACK or NACK, by its id.
import { DecodeError, type Reader, type Writer } from "@reed/bytes";
import { MAX_IN_FLIGHT_OPS } from "./limits.ts";

export interface Ops {
  readonly type: "ops";
  readonly envelopes: readonly Uint8Array[];
}

export function writeOps(writer: Writer, ops: Ops): void {
  writer.u16(ops.envelopes.length);
  for (const envelope of ops.envelopes) writer.u32(envelope.length).bytes(envelope);
}

export function readOps(reader: Reader): Ops {
  const count = reader.u16();
  if (count === 0 || count > MAX_IN_FLIGHT_OPS) throw new DecodeError("range", reader.offset, "number of ops");
  return { type: "ops", envelopes: Array.from({ length: count }, () => reader.bytes(reader.u32())) };
}
