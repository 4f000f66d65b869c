// The payload of a register op: `{v: version of the writer, t: time of the edit in µs, set: {key: value or null}}`, deterministic CBOR.
import { DecodeError } from "@reed/bytes";
import { type CborValue, CborMap, decodeCbor, encodeCbor } from "../cbor.ts";
import { entriesOf, isKeepable } from "./value.ts";

export interface RegisterPayload {
  readonly version: number;
  readonly timeUs: number;
  /** At least one; null takes a value away. */
  readonly set: readonly (readonly [key: string, value: CborValue])[];
}

export const MAX_PAYLOAD_BYTES = 64 * 1024;
export const MAX_VERSION = 65_535;

/** `payload` must hold what a decoder takes back, in at most 64 KiB; RangeError otherwise. */
export function encodePayload({ version, timeUs, set }: RegisterPayload): Uint8Array {
  const bytes = encodeCbor({ v: version, t: timeUs, set: Object.fromEntries(set) });
  if (bytes.length > MAX_PAYLOAD_BYTES) throw new RangeError("too many registers for one op");
  if (decodePayload(bytes) === null) throw new RangeError("not a register payload");
  return bytes;
}

/** null for anything but a register payload. Reads no more than MAX_PAYLOAD_BYTES. */
export function decodePayload(bytes: Uint8Array): RegisterPayload | null {
  if (bytes.length > MAX_PAYLOAD_BYTES) return null;
  try {
    const map = new CborMap(decodeCbor(bytes), ["v", "t", "set"]);
    const version = map.integer("v");
    const timeUs = map.integer("t");
    const set = entriesOf(map.value("set"));
    if (version < 1 || version > MAX_VERSION || set === null || set.length === 0 || !set.every(hasKeepable))
      return null;
    return { version, timeUs, set };
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function hasKeepable(entry: readonly [string, unknown]): entry is readonly [string, CborValue] {
  return isKeepable(entry[1]);
}
