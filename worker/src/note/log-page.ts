// One page of a log, for reading over HTTP. A page ends where it is full, and where it has looked at enough rows that were not
// asked for; its end is where the next one begins.
import { equalBytes } from "@reed/bytes";
import { decodeOp, type SyncLogStore } from "@reed/log";
import { sha256 } from "../host/ports.ts";
import type { LoggedOp, OpsAnswer, OpsInput } from "./rpc.ts";

const MAX_PAGE_BYTES = 512 * 1024;
const MAX_ROWS_LOOKED_AT = 2000;
/** An op has up to 768 KiB, so this many are held at once. */
const READ_ROWS = 64;

export function readOps(log: SyncLogStore, { author, fromCtr, sinceSeq, limit }: OpsInput): OpsAnswer {
  const items: LoggedOp[] = [];
  const lastSeq = log.lastSeq();
  const stopSeq = Math.min(lastSeq, sinceSeq + MAX_ROWS_LOOKED_AT);
  let bytes = 0;
  let seq = sinceSeq;
  while (seq < stopSeq) {
    for (const { envelope, recvUs, ...row } of log.read(seq + 1, Math.min(READ_ROWS, stopSeq - seq))) {
      if (isWanted(envelope, author, fromCtr)) {
        bytes += envelope.length;
        if (items.length === limit || (items.length > 0 && bytes > MAX_PAGE_BYTES)) return { items, nextSeq: seq };
        items.push({ seq: row.seq, recvUs, envelope });
      }
      seq = row.seq;
    }
  }
  return { items, nextSeq: seq < lastSeq ? seq : null };
}

function isWanted(envelope: Uint8Array, author: Uint8Array | null, fromCtr: number): boolean {
  if (author === null) return true;
  const op = decodeOp(envelope, sha256);
  return equalBytes(op.author, author) && op.ctr >= fromCtr;
}
