// What any register may hold, whatever its key and whoever's version wrote it: values that rest in a snapshot and come back the
// same. These bounds are part of the format and must never change, since versions that don't know a key judge it by them alone.
import type { CborValue } from "../cbor.ts";

/** Encoded. Settings are small; what is bigger belongs in the text or in a bucket of its own. */
export const MAX_VALUE_BYTES = 1024;
/** Lists and maps inside each other: far below what a decoder's stack holds on any engine. */
const MAX_DEPTH = 8;

/** Whether `value` is of a kind that is kept: null, a truth value, a finite number, well-formed text, bytes, lists and maps of these. */
export function isKeepable(value: unknown, depth = MAX_DEPTH): value is CborValue {
  if (value === null || typeof value === "boolean" || value instanceof Uint8Array) return true;
  if (typeof value === "number") return isExact(value);
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || depth === 0) return false;
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isKeepable(item, depth - 1));
}

/** The entries of a decoded CBOR map; null for anything else. */
export function entriesOf(value: unknown): readonly (readonly [key: string, value: unknown])[] | null {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
  return isMap ? Object.entries(value) : null;
}

/** Integers beyond 2^53 - 1 have several neighbours in one, and what is not finite compares with nothing. */
function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}
