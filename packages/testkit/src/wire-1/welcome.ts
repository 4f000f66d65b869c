// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// WELCOME answers a HELLO whose cursor this log extends: where the log stands, what the visitor may do, what the server has of
// this device (a client whose own store was rolled back learns it here), and who else is there.
import { DecodeError, type Reader, type Writer } from "@reed/bytes";
import type { Role } from "@reed/access";
import type { Cursor } from "@reed/log";
import {
  readBlob16,
  readCursor,
  readHashOrNull,
  readRole,
  writeBlob16,
  writeCursor,
  writeHashOrNull,
  writeRole,
} from "./fields.ts";
import { MAX_PEERS, MAX_PRESENCE_BYTES } from "./limits.ts";

export interface Peer {
  readonly connection: number;
  readonly payload: Uint8Array;
}

export interface Welcome {
  readonly type: "welcome";
  readonly version: number;
  /** This socket's number, as other people see it. */
  readonly connection: number;
  readonly docId: Uint8Array;
  readonly head: Cursor;
  readonly role: Role | null;
  /** Counter and id of the device's newest op in the log; 0 and null where it has none. */
  readonly lastCtr: number;
  readonly lastOpId: Uint8Array | null;
  readonly serverTimeUs: number;
  readonly peers: readonly Peer[];
}

export function writeWelcome(writer: Writer, welcome: Welcome): void {
  writer.u16(welcome.version).u32(welcome.connection).bytes(welcome.docId);
  writeRole(writeCursor(writer, welcome.head), welcome.role).u64(welcome.lastCtr);
  writeHashOrNull(writer, welcome.lastOpId).u64(welcome.serverTimeUs).u16(welcome.peers.length);
  for (const peer of welcome.peers) writeBlob16(writer.u32(peer.connection), peer.payload);
}

export function readWelcome(reader: Reader): Welcome {
  return {
    type: "welcome",
    version: reader.u16(),
    connection: reader.u32(),
    docId: reader.bytes(32),
    head: readCursor(reader),
    role: readRole(reader),
    lastCtr: reader.u64(),
    lastOpId: readHashOrNull(reader),
    serverTimeUs: reader.u64(),
    peers: readPeers(reader),
  };
}

function readPeers(reader: Reader): readonly Peer[] {
  const count = reader.u16();
  if (count > MAX_PEERS) throw new DecodeError("range", reader.offset, "number of peers");
  return Array.from({ length: count }, () => ({
    connection: reader.u32(),
    payload: readBlob16(reader, MAX_PRESENCE_BYTES),
  }));
}
