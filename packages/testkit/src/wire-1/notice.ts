// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// What the server says of its own accord. ROLE: what you may do has changed. RESYNC: your cursor is not of this log, nothing
// more follows until you have told the user. GOAWAY: this socket ends soon, come back after the wait.
import type { Role } from "@reed/access";
import type { Reader, Writer } from "@reed/bytes";
import type { Cursor } from "@reed/log";
import { readCursor, readRole, readWord, writeCursor, writeRole, writeWord } from "./fields.ts";

export interface RoleChange {
  readonly type: "role";
  readonly role: Role | null;
}

export interface Resync {
  readonly type: "resync";
  readonly docId: Uint8Array;
  readonly head: Cursor;
}

/** Where the log stands: sent to a socket that may have missed something. */
export interface Head {
  readonly type: "head";
  readonly head: Cursor;
}

export interface GoAway {
  readonly type: "go_away";
  readonly reason: string;
  readonly afterMs: number;
}

export function writeRoleChange(writer: Writer, message: RoleChange): void {
  writeRole(writer, message.role);
}

export function readRoleChange(reader: Reader): RoleChange {
  return { type: "role", role: readRole(reader) };
}

export function writeResync(writer: Writer, message: Resync): void {
  writeCursor(writer.bytes(message.docId), message.head);
}

export function readResync(reader: Reader): Resync {
  return { type: "resync", docId: reader.bytes(32), head: readCursor(reader) };
}

export function writeHead(writer: Writer, message: Head): void {
  writeCursor(writer, message.head);
}

export function readHead(reader: Reader): Head {
  return { type: "head", head: readCursor(reader) };
}

export function writeGoAway(writer: Writer, message: GoAway): void {
  writeWord(writer, message.reason).u32(message.afterMs);
}

export function readGoAway(reader: Reader): GoAway {
  return { type: "go_away", reason: readWord(reader), afterMs: reader.u32() };
}
