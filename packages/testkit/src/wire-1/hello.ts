// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// HELLO opens a socket: who is there, up to where it has read, and proof that it holds the key which its ticket was given to.
// Ops that wait follow at once in OPS messages; the server takes them in order.
import type { Reader, Writer } from "@reed/bytes";
import type { Cursor } from "@reed/log";
import { readBlob16, readCursor, writeBlob16, writeCursor } from "./fields.ts";
import { MAX_PRESENCE_BYTES } from "./limits.ts";

export interface Hello {
  readonly type: "hello";
  readonly lowestVersion: number;
  readonly highestVersion: number;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly device: Uint8Array;
  /** The device's signature over the ticket's nonce and the note id, 64 bytes. */
  readonly proof: Uint8Array;
  /** `seq` 0 and zeros where nothing was read yet. */
  readonly cursor: Cursor;
  /** First presence; empty for none. */
  readonly presence: Uint8Array;
}

export function writeHello(writer: Writer, hello: Hello): void {
  writer.u16(hello.lowestVersion).u16(hello.highestVersion).bytes(hello.device).bytes(hello.proof);
  writeBlob16(writeCursor(writer, hello.cursor), hello.presence);
}

export function readHello(reader: Reader): Hello {
  return {
    type: "hello",
    lowestVersion: reader.u16(),
    highestVersion: reader.u16(),
    device: reader.bytes(32),
    proof: reader.bytes(64),
    cursor: readCursor(reader),
    presence: readBlob16(reader, MAX_PRESENCE_BYTES),
  };
}
