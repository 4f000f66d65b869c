// DELIVER hands on the log from `firstSeq`, dense and in order, with the chain value that its last op leads to. An op comes whole; or
// by its id alone, where it came over this very socket and the receiver has its bytes; or, from version 3 on, compact: without what
// a receiver who stands right before it can tell (packages/log/src/compact-op.ts).
import { DecodeError, type Reader, readVarint, type Writer, writeVarint } from "@reed/bytes";

export type Delivered =
  | { readonly type: "op"; readonly recvUs: number; readonly envelope: Uint8Array }
  | { readonly type: "own"; readonly recvUs: number; readonly opId: Uint8Array }
  | { readonly type: "compact"; readonly recvUs: number; readonly bytes: Uint8Array };

export interface Deliver {
  readonly type: "deliver";
  readonly firstSeq: number;
  /** The newest position of the log when this was sent: more follows where it is beyond the last op here. */
  readonly headSeq: number;
  /** chain_at of the last op here. */
  readonly chain: Uint8Array;
  /** Their receive times never go back. */
  readonly items: readonly Delivered[];
}

export function writeDeliver(writer: Writer, { firstSeq, headSeq, chain, items }: Deliver): void {
  writer.u64(firstSeq).u64(headSeq).bytes(chain).u16(items.length);
  let lastUs = 0;
  for (const item of items) {
    writeDelivered(writer, item, lastUs);
    lastUs = item.recvUs;
  }
}

function writeDelivered(writer: Writer, item: Delivered, lastUs: number): void {
  switch (item.type) {
    case "op":
      writer.u8(0).u64(item.recvUs).u32(item.envelope.length).bytes(item.envelope);
      return;
    case "own":
      writer.u8(1).u64(item.recvUs).bytes(item.opId);
      return;
    case "compact":
      writeVarint(writer.u8(2), item.recvUs - lastUs);
      writeVarint(writer, item.bytes.length).bytes(item.bytes);
  }
}

export function readDeliver(reader: Reader): Deliver {
  const firstSeq = reader.u64();
  const headSeq = reader.u64();
  const chain = reader.bytes(32);
  const count = reader.u16();
  if (count === 0) throw new DecodeError("range", reader.offset, "number of ops");
  let lastUs = 0;
  const items = Array.from({ length: count }, () => {
    const item = readDelivered(reader, lastUs);
    lastUs = item.recvUs;
    return item;
  });
  return { type: "deliver", firstSeq, headSeq, chain, items };
}

function readDelivered(reader: Reader, lastUs: number): Delivered {
  switch (reader.u8()) {
    case 0:
      return { type: "op", recvUs: reader.u64(), envelope: reader.bytes(reader.u32()) };
    case 1:
      return { type: "own", recvUs: reader.u64(), opId: reader.bytes(32) };
    case 2: {
      const recvUs = lastUs + readVarint(reader);
      if (recvUs > Number.MAX_SAFE_INTEGER) throw new DecodeError("range", reader.offset, "receive time");
      return { type: "compact", recvUs, bytes: reader.bytes(readVarint(reader)) };
    }
    default:
      throw new DecodeError("range", reader.offset, "kind of item");
  }
}
