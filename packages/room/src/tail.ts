// The newest ops, encoded once for all the sockets that still have to get them. It reaches back to the position that the
// slowest live socket of this moment has; whoever needs older ops reads them from the log.
import type { LogRow } from "@reed/log";
import { encodeDelivered } from "@reed/protocol";

export interface TailEntry {
  readonly seq: number;
  readonly chain: Uint8Array;
  readonly opId: Uint8Array;
  readonly recvUs: number;
  /** encodeDelivered of the whole op. */
  readonly encoded: Uint8Array;
  /** The socket over which it came; null where it came otherwise. */
  readonly connection: number | null;
}

export function tailEntry(row: LogRow, connection: number | null): TailEntry {
  const encoded = encodeDelivered({ type: "op", recvUs: row.recvUs, envelope: row.envelope });
  return { seq: row.seq, chain: row.chain, opId: row.opId, recvUs: row.recvUs, encoded, connection };
}

/** What `entry` looks like to the socket `connection`: its own ops are named by their id alone. */
export function encodedFor(entry: TailEntry, connection: number): Uint8Array {
  if (entry.connection !== connection) return entry.encoded;
  return encodeDelivered({ type: "own", recvUs: entry.recvUs, opId: entry.opId });
}
