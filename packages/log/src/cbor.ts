// Deterministic CBOR (RFC 8949 section 4.2.1) for the bodies that are not text: accepted only if encoding the decoded value
// gives the same bytes back. Decoders alone are too lenient for something that is signed and hashed.
import { DecodeError, equalBytes } from "@reed/bytes";
import { decode, encode, rfc8949EncodeOptions } from "cborg";

export type CborValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

export function encodeCbor(value: CborValue): Uint8Array {
  return Uint8Array.from(encode(value, rfc8949EncodeOptions));
}

/** The value of `bytes`; a DecodeError `form` unless they are its one deterministic encoding. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const value = decodeLeniently(bytes);
  if (!equalBytes(reencode(value), bytes)) throw new DecodeError("form", 0, "not deterministic CBOR");
  return value;
}

function decodeLeniently(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { rejectDuplicateMapKeys: true, allowUndefined: false, allowIndefinite: false, strict: true });
  } catch (cause) {
    throw new DecodeError("form", 0, cause instanceof Error ? cause.message : "not CBOR");
  }
}

function reencode(value: unknown): Uint8Array {
  try {
    return encode(value, rfc8949EncodeOptions);
  } catch {
    throw new DecodeError("form", 0, "not deterministic CBOR");
  }
}

/** Typed access to a decoded CBOR map: each method throws a DecodeError `form` that names the field. */
export class CborMap {
  readonly #fields: ReadonlyMap<string, unknown>;

  /** `keys` is the exact set of keys that the map must have. */
  constructor(value: unknown, keys: readonly string[]) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) {
      throw new DecodeError("form", 0, "a map is expected");
    }
    this.#fields = new Map(Object.entries(value));
    if (this.#fields.size !== keys.length || !keys.every((key) => this.#fields.has(key))) {
      throw new DecodeError("form", 0, `the map must have exactly ${keys.join(", ")}`);
    }
  }

  bytes(key: string, length?: number): Uint8Array {
    const value = this.#fields.get(key);
    if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length)) throw this.#wrong(key);
    return value;
  }

  bytesOrNull(key: string, length: number): Uint8Array | null {
    return this.#fields.get(key) === null ? null : this.bytes(key, length);
  }

  text(key: string, maxLength: number): string {
    const value = this.#fields.get(key);
    if (typeof value !== "string" || value.length > maxLength) throw this.#wrong(key);
    return value;
  }

  textOrNull(key: string, maxLength: number): string | null {
    return this.#fields.get(key) === null ? null : this.text(key, maxLength);
  }

  /** An integer from 0 to 2^53 - 1. */
  integer(key: string): number {
    const value = this.#fields.get(key);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw this.#wrong(key);
    return value;
  }

  integerOrNull(key: string): number | null {
    return this.#fields.get(key) === null ? null : this.integer(key);
  }

  /** As it was decoded, for whoever knows its form. */
  value(key: string): unknown {
    return this.#fields.get(key);
  }

  bool(key: string): boolean {
    const value = this.#fields.get(key);
    if (typeof value !== "boolean") throw this.#wrong(key);
    return value;
  }

  list(key: string, maxLength: number): readonly unknown[] {
    const value = this.#fields.get(key);
    if (!Array.isArray(value) || value.length > maxLength) throw this.#wrong(key);
    return value;
  }

  /** A nested map with exactly `keys`, read by `read`; null where the field is null. */
  mapOrNull<T>(key: string, keys: readonly string[], read: (map: CborMap) => T): T | null {
    const value = this.#fields.get(key);
    return value === null ? null : read(new CborMap(value, keys));
  }

  /** Throws unless the field is exactly `expected`. */
  literal(key: string, expected: string | number): void {
    if (this.#fields.get(key) !== expected) throw this.#wrong(key);
  }

  #wrong(key: string): DecodeError {
    return new DecodeError("form", 0, `field ${key}`);
  }
}
