// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// One frame is one message: a type byte, then the message's own fields, then nothing. Decoding is total: every byte string is a
// message or a DecodeError, or of a type that this side does not know.
import { DecodeError, Reader, Writer } from "@reed/bytes";
import { MAX_FRAME_BYTES } from "./limits.ts";

/** A frame with a type byte that does not belong to this direction. */
class UnknownFrameError extends Error {
  override readonly name = "UnknownFrameError";
}

export function encodeFrame(type: number, write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer().u8(type);
  write(writer);
  return writer.finish();
}

/** Reads the fields of a frame with the reader that `readers` has for its type byte; all bytes must be used. */
export function decodeFrame<T>(frame: Uint8Array, readers: ReadonlyMap<number, (reader: Reader) => T>): T {
  if (frame.length > MAX_FRAME_BYTES) throw new DecodeError("range", frame.length, "frame");
  const reader = new Reader(frame);
  const read = readers.get(reader.u8());
  if (read === undefined) throw new UnknownFrameError("unknown type of frame");
  const message = read(reader);
  reader.end();
  return message;
}
