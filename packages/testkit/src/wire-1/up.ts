// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// Everything that a client says.
import type { Reader } from "@reed/bytes";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { type Hello, readHello, writeHello } from "./hello.ts";
import { type Ops, readOps, writeOps } from "./ops.ts";
import { readSetPresence, type SetPresence, writeSetPresence } from "./presence.ts";

export type Up = Hello | Ops | SetPresence;

const READERS: ReadonlyMap<number, (reader: Reader) => Up> = new Map<number, (reader: Reader) => Up>([
  [0x01, readHello],
  [0x02, readOps],
  [0x03, readSetPresence],
]);

export function encodeUp(message: Up): Uint8Array {
  switch (message.type) {
    case "hello":
      return encodeFrame(0x01, (writer) => writeHello(writer, message));
    case "ops":
      return encodeFrame(0x02, (writer) => writeOps(writer, message));
    case "set_presence":
      return encodeFrame(0x03, (writer) => writeSetPresence(writer, message));
  }
}

/** Throws a DecodeError or an UnknownFrameError. */
export function decodeUp(frame: Uint8Array): Up {
  return decodeFrame(frame, READERS);
}
