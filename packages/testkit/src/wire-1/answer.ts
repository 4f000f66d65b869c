// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// ACK: these ops are durable and have these positions. NACK: this op was refused; the class says what its author does.
import { DecodeError, type Reader, type Writer } from "@reed/bytes";
import { readWord, writeWord } from "./fields.ts";
import { NACK_CLASSES, type NackClass } from "./nack-code.ts";

export interface Ack {
  readonly type: "ack";
  readonly ops: readonly { readonly opId: Uint8Array; readonly seq: number }[];
}

export interface Nack {
  readonly type: "nack";
  readonly opId: Uint8Array;
  readonly class: NackClass;
  /** A NackCode that this client may not know yet. */
  readonly code: string;
  /** For class retry: wait this long; else 0. */
  readonly retryAfterMs: number;
}

export function writeAck(writer: Writer, ack: Ack): void {
  writer.u16(ack.ops.length);
  for (const { opId, seq } of ack.ops) writer.bytes(opId).u64(seq);
}

export function readAck(reader: Reader): Ack {
  const count = reader.u16();
  return { type: "ack", ops: Array.from({ length: count }, () => ({ opId: reader.bytes(32), seq: reader.u64() })) };
}

export function writeNack(writer: Writer, nack: Nack): void {
  writeWord(writer.bytes(nack.opId).u8(NACK_CLASSES.indexOf(nack.class)), nack.code).u32(nack.retryAfterMs);
}

export function readNack(reader: Reader): Nack {
  const opId = reader.bytes(32);
  const nackClass = NACK_CLASSES[reader.u8()];
  if (nackClass === undefined) throw new DecodeError("range", reader.offset, "class");
  return { type: "nack", opId, class: nackClass, code: readWord(reader), retryAfterMs: reader.u32() };
}
