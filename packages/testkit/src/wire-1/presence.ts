// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// EPH carries presence: who is where, of no lasting worth. The server keeps the last one of each connection and never logs it.
// Up it names nobody, since a socket can set only its own; down it names the connection. LEAVE says that one is gone.
import type { Reader, Writer } from "@reed/bytes";
import { readBlob16, writeBlob16 } from "./fields.ts";
import { MAX_PRESENCE_BYTES } from "./limits.ts";

export interface SetPresence {
  readonly type: "set_presence";
  /** Empty: show me no longer. */
  readonly payload: Uint8Array;
}

export interface PeerPresence {
  readonly type: "peer_presence";
  readonly connection: number;
  readonly payload: Uint8Array;
}

export interface Leave {
  readonly type: "leave";
  readonly connection: number;
}

export function writeSetPresence(writer: Writer, message: SetPresence): void {
  writeBlob16(writer, message.payload);
}

export function readSetPresence(reader: Reader): SetPresence {
  return { type: "set_presence", payload: readBlob16(reader, MAX_PRESENCE_BYTES) };
}

export function writePeerPresence(writer: Writer, message: PeerPresence): void {
  writeBlob16(writer.u32(message.connection), message.payload);
}

export function readPeerPresence(reader: Reader): PeerPresence {
  return { type: "peer_presence", connection: reader.u32(), payload: readBlob16(reader, MAX_PRESENCE_BYTES) };
}

export function writeLeave(writer: Writer, message: Leave): void {
  writer.u32(message.connection);
}

export function readLeave(reader: Reader): Leave {
  return { type: "leave", connection: reader.u32() };
}
