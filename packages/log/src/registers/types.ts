// The types that a register can have. Each is a test of one value that came from anywhere; null is not a value of a type but the
// absence of one, and every register may be null.
import type { CborValue } from "../cbor.ts";
import { MAX_VALUE_BYTES } from "./value.ts";

export interface RegisterType<T extends CborValue = CborValue> {
  readonly accepts: (value: unknown) => value is T;
}

/** The longest head of an encoded text or byte string of at most 1 KiB. */
const HEAD_BYTES = 3;
/** UTF-16 units that fit a value in any script: none takes more than three bytes. */
const MAX_TEXT_UNITS = Math.floor((MAX_VALUE_BYTES - HEAD_BYTES) / 3);

/** Well-formed text of at most `maxUnits` UTF-16 units, which must be at most 340. */
export function text(maxUnits: number): RegisterType<string> {
  assertBound(maxUnits, MAX_TEXT_UNITS);
  return {
    accepts: (value): value is string =>
      typeof value === "string" && value.length <= maxUnits && value.isWellFormed() && !value.startsWith("\u{feff}"),
  };
}

export const bool: RegisterType<boolean> = { accepts: (value): value is boolean => typeof value === "boolean" };

/** A safe integer from `min` to `max`. */
export function integer({ min, max }: { readonly min: number; readonly max: number }): RegisterType<number> {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max)
    throw new RangeError("bounds of an integer");
  return { accepts: (value): value is number => isInteger(value) && value >= min && value <= max };
}

/** One of a closed list of words. */
export function choice<const Words extends readonly string[]>(words: Words): RegisterType<Words[number]> {
  if (words.length === 0) throw new RangeError("a choice needs words");
  words.forEach((word) => assertBound(word.length, MAX_TEXT_UNITS));
  return { accepts: (value): value is Words[number] => words.some((word) => word === value) };
}

/** µs since the epoch, UTC; negative before 1970. */
export const time: RegisterType<number> = { accepts: isInteger };

/** At most `maxBytes` bytes, which must be at most 1021. */
export function bytes(maxBytes: number): RegisterType<Uint8Array> {
  assertBound(maxBytes, MAX_VALUE_BYTES - HEAD_BYTES);
  return { accepts: (value): value is Uint8Array => value instanceof Uint8Array && value.length <= maxBytes };
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function assertBound(size: number, most: number): void {
  if (!Number.isSafeInteger(size) || size < 1 || size > most) throw new RangeError(`a bound from 1 to ${most}`);
}
