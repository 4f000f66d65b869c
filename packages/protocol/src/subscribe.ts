// SUBSCRIBE asks the log of a user's own for what their library has that is newer than what this device knows, and for what comes
// from now on. UNSUBSCRIBE ends that. Both are for private logs only: a note ends the socket.
import { DecodeError, type Reader, type Writer } from "@reed/bytes";
import { CborMap, type NoteId, parseNoteId } from "@reed/log";
import { readCbor, writeCbor } from "./fields.ts";
import { MAX_FOLLOWED } from "./limits.ts";

/** How far a device has read the library: revision `rev` of the counting `epoch`. Both 0: nothing yet. */
export interface LibraryCursor {
  readonly epoch: number;
  readonly rev: number;
}

export interface Subscribe {
  readonly type: "subscribe";
  readonly from: LibraryCursor;
  /** Notes whose heads are to be told as they grow; the others' come with their entries. At most MAX_FOLLOWED. */
  readonly notes: readonly NoteId[];
}

export interface Unsubscribe {
  readonly type: "unsubscribe";
}

const MAX_NOTE_ID = 22;

export function writeSubscribe(writer: Writer, { from, notes }: Subscribe): void {
  writeCbor(writer, { epoch: from.epoch, rev: from.rev, notes });
}

export function readSubscribe(reader: Reader): Subscribe {
  const map = new CborMap(readCbor(reader), ["epoch", "rev", "notes"]);
  const notes = map.list("notes", MAX_FOLLOWED).map((value) => {
    const noteId = typeof value === "string" && value.length === MAX_NOTE_ID ? parseNoteId(value) : null;
    if (noteId === null) throw new DecodeError("form", 0, "field notes");
    return noteId;
  });
  return { type: "subscribe", from: { epoch: map.integer("epoch"), rev: map.integer("rev") }, notes };
}

export function readUnsubscribe(): Unsubscribe {
  return { type: "unsubscribe" };
}
