// Unsigned integers below 2^53 in as few bytes as they need: seven bits a byte, the lowest first, the top bit says that more follow.
import { DecodeError, type Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const MAX_BYTES = 8;

/** Throws a RangeError for what is no integer from 0 to 2^53 - 1. */
export function writeVarint(writer: Writer, value: number): Writer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`integer ${value} does not fit`);
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) writer.u8((rest % 0x80) + 0x80);
  return writer.u8(rest);
}

/** The one encoding of an integer, read back; a longer one of the same integer is a `form` error. */
export function readVarint(reader: Reader): number {
  const at = reader.offset;
  let value = 0;
  let scale = 1;
  for (let index = 0; index < MAX_BYTES; index += 1) {
    const byte = reader.u8();
    value += (byte % 0x80) * scale;
    if (byte < 0x80) {
      if (byte === 0 && index > 0) throw new DecodeError("form", at, "integer of too many bytes");
      if (value > Number.MAX_SAFE_INTEGER) throw new DecodeError("range", at, "integer of 2^53 or more");
      return value;
    }
    scale *= 0x80;
  }
  throw new DecodeError("range", at, "integer of 2^53 or more");
}
