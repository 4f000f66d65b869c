// Everything that a server says.
import type { Reader } from "@reed/bytes";
import { type Ack, type Nack, readAck, readNack, writeAck, writeNack } from "./answer.ts";
import { type Deliver, readDeliver, writeDeliver } from "./deliver.ts";
import { type Feed, readFeed, writeFeed } from "./feed.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import {
  type GoAway,
  type Head,
  readGoAway,
  readHead,
  readResync,
  readRoleChange,
  type Resync,
  type RoleChange,
  writeGoAway,
  writeHead,
  writeResync,
  writeRoleChange,
} from "./notice.ts";
import {
  type Leave,
  type PeerPresence,
  readLeave,
  readPeerPresence,
  writeLeave,
  writePeerPresence,
} from "./presence.ts";
import { readSnapshotNew, type SnapshotNew, writeSnapshotNew } from "./snapshot-new.ts";
import { readWelcome, type Welcome, writeWelcome } from "./welcome.ts";

export type Down =
  | Welcome
  | Ack
  | Nack
  | Deliver
  | PeerPresence
  | Leave
  | RoleChange
  | Resync
  | Head
  | GoAway
  | SnapshotNew
  | Feed;

const FEED_TYPE = 0x4c;

const READERS: ReadonlyMap<number, (reader: Reader) => Down> = new Map<number, (reader: Reader) => Down>([
  [0x41, readWelcome],
  [0x42, readAck],
  [0x43, readNack],
  [0x44, readDeliver],
  [0x45, readPeerPresence],
  [0x46, readLeave],
  [0x47, readRoleChange],
  [0x48, readResync],
  [0x49, readGoAway],
  [0x4a, readHead],
  [0x4b, readSnapshotNew],
  [FEED_TYPE, readFeed],
]);

export function encodeDown(message: Down): Uint8Array {
  switch (message.type) {
    case "welcome":
      return encodeFrame(0x41, (writer) => writeWelcome(writer, message));
    case "ack":
      return encodeFrame(0x42, (writer) => writeAck(writer, message));
    case "nack":
      return encodeFrame(0x43, (writer) => writeNack(writer, message));
    case "deliver":
      return encodeFrame(0x44, (writer) => writeDeliver(writer, message));
    case "peer_presence":
      return encodeFrame(0x45, (writer) => writePeerPresence(writer, message));
    case "leave":
      return encodeFrame(0x46, (writer) => writeLeave(writer, message));
    case "role":
      return encodeFrame(0x47, (writer) => writeRoleChange(writer, message));
    case "resync":
      return encodeFrame(0x48, (writer) => writeResync(writer, message));
    case "head":
      return encodeFrame(0x4a, (writer) => writeHead(writer, message));
    case "snapshot_new":
      return encodeFrame(0x4b, (writer) => writeSnapshotNew(writer, message));
    case "feed":
      return encodeFrame(FEED_TYPE, (writer) => writeFeed(writer, message));
    case "go_away":
      return encodeFrame(0x49, (writer) => writeGoAway(writer, message));
  }
}

/** Whether the frame, if it is one, is a FEED: it is not for the replica of the log. */
export function isFeedFrame(frame: Uint8Array): boolean {
  return frame[0] === FEED_TYPE;
}

/** Whether the frame says where the log stands: WELCOME, and HEAD of a server that has forgotten its sockets. */
export function isGreetingFrame(frame: Uint8Array): boolean {
  return frame[0] === 0x41 || frame[0] === 0x4a;
}

/** Throws a DecodeError or an UnknownFrameError. */
export function decodeDown(frame: Uint8Array): Down {
  return decodeFrame(frame, READERS);
}
