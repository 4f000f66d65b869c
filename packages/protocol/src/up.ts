// Everything that a client says.
import type { Reader } from "@reed/bytes";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { type Hello, readHello, writeHello } from "./hello.ts";
import { type Ops, readOps, writeOps } from "./ops.ts";
import { readReceipt, type Receipt, writeReceipt } from "./receipt.ts";
import { readSubscribe, readUnsubscribe, type Subscribe, type Unsubscribe, writeSubscribe } from "./subscribe.ts";
import { readSetPresence, type SetPresence, writeSetPresence } from "./presence.ts";

export type Up = Hello | Ops | SetPresence | Receipt | Subscribe | Unsubscribe;

const READERS: ReadonlyMap<number, (reader: Reader) => Up> = new Map<number, (reader: Reader) => Up>([
  [0x01, readHello],
  [0x02, readOps],
  [0x03, readSetPresence],
  [0x04, readReceipt],
  [0x05, readSubscribe],
  [0x06, readUnsubscribe],
]);

export function encodeUp(message: Up): Uint8Array {
  switch (message.type) {
    case "hello":
      return encodeFrame(0x01, (writer) => writeHello(writer, message));
    case "ops":
      return encodeFrame(0x02, (writer) => writeOps(writer, message));
    case "set_presence":
      return encodeFrame(0x03, (writer) => writeSetPresence(writer, message));
    case "receipt":
      return encodeFrame(0x04, (writer) => writeReceipt(writer, message));
    case "subscribe":
      return encodeFrame(0x05, (writer) => writeSubscribe(writer, message));
    case "unsubscribe":
      return encodeFrame(0x06, () => undefined);
  }
}

/** Throws a DecodeError or an UnknownFrameError. */
export function decodeUp(frame: Uint8Array): Up {
  return decodeFrame(frame, READERS);
}
