// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// DELIVER hands on the log from `firstSeq`, dense and in order, with the chain value that its last op leads to. An op that came
// over this very socket is named by its id alone: the receiver has its bytes.
import { DecodeError, type Reader, Writer } from "@reed/bytes";

export type Delivered =
  | { readonly type: "op"; readonly recvUs: number; readonly envelope: Uint8Array }
  | { readonly type: "own"; readonly recvUs: number; readonly opId: Uint8Array };

export interface Deliver {
  readonly type: "deliver";
  readonly firstSeq: number;
  /** The newest position of the log when this was sent: more follows where it is beyond the last op here. */
  readonly headSeq: number;
  /** chain_at of the last op here. */
  readonly chain: Uint8Array;
  readonly items: readonly Delivered[];
}

/** The bytes of one item: fan-out encodes an op once and copies it into every frame. */
function encodeDelivered(item: Delivered): Uint8Array {
  const writer = new Writer(item.type === "op" ? item.envelope.length + 16 : 48);
  if (item.type === "op") return writer.u8(0).u64(item.recvUs).u32(item.envelope.length).bytes(item.envelope).finish();
  return writer.u8(1).u64(item.recvUs).bytes(item.opId).finish();
}

/** Everything of a DELIVER but its items, which follow as `count` runs of encodeDelivered. */
function writeDeliverHead(writer: Writer, head: Omit<Deliver, "type" | "items">, count: number): Writer {
  return writer.u64(head.firstSeq).u64(head.headSeq).bytes(head.chain).u16(count);
}

export function writeDeliver(writer: Writer, deliver: Deliver): void {
  writeDeliverHead(writer, deliver, deliver.items.length);
  for (const item of deliver.items) writer.bytes(encodeDelivered(item));
}

export function readDeliver(reader: Reader): Deliver {
  const firstSeq = reader.u64();
  const headSeq = reader.u64();
  const chain = reader.bytes(32);
  const count = reader.u16();
  if (count === 0) throw new DecodeError("range", reader.offset, "number of ops");
  return {
    type: "deliver",
    firstSeq,
    headSeq,
    chain,
    items: Array.from({ length: count }, () => readDelivered(reader)),
  };
}

function readDelivered(reader: Reader): Delivered {
  const kind = reader.u8();
  const recvUs = reader.u64();
  if (kind === 0) return { type: "op", recvUs, envelope: reader.bytes(reader.u32()) };
  if (kind === 1) return { type: "own", recvUs, opId: reader.bytes(32) };
  throw new DecodeError("range", reader.offset, "kind of item");
}
