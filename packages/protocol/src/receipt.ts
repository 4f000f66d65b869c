// RECEIPT gives credit: how many bytes of DELIVER frames this client has dealt with since its HELLO or the last HEAD. A socket with
// too much outstanding gets nothing live until it has caught up: the log is its send queue, so a slow reader costs no memory.
import type { Reader, Writer } from "@reed/bytes";

export interface Receipt {
  readonly type: "receipt";
  readonly bytes: number;
}

export function writeReceipt(writer: Writer, receipt: Receipt): void {
  writer.u64(receipt.bytes);
}

export function readReceipt(reader: Reader): Receipt {
  return { type: "receipt", bytes: reader.u64() };
}
