// SNAPSHOT_NEW announces the fold of the log up to a position, and what the text hashes to there: whoever stands at that very
// position can check it, and learns that it differs if it does.
import type { Reader, Writer } from "@reed/bytes";
import type { Cursor } from "@reed/log";
import { readCursor, writeCursor } from "./fields.ts";

export interface SnapshotNew {
  readonly type: "snapshot_new";
  readonly at: Cursor;
  /** Hash of the text's state at `at`, 32 bytes. */
  readonly stateHash: Uint8Array;
}

export function writeSnapshotNew(writer: Writer, message: SnapshotNew): void {
  writeCursor(writer, message.at).bytes(message.stateHash);
}

export function readSnapshotNew(reader: Reader): SnapshotNew {
  return { type: "snapshot_new", at: readCursor(reader), stateHash: reader.bytes(32) };
}
