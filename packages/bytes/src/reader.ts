// A bounded reader over untrusted bytes. Every decoder of a wire or disk format stands on it: a read past the end, a
// number that is too large and a byte left over are all a DecodeError that names the offset, never a silent default.

export type DecodeErrorCode = "truncated" | "trailing" | "range" | "utf8" | "alphabet" | "form";

/** Bytes that are not what their format says. `offset` is where reading stopped, in bytes. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly code: DecodeErrorCode;
  readonly offset: number;

  constructor(code: DecodeErrorCode, offset: number, detail?: string) {
    super(detail === undefined ? `${code} at byte ${offset}` : `${code} at byte ${offset}: ${detail}`);
    this.code = code;
    this.offset = offset;
  }
}

const TWO_POW_32 = 0x1_0000_0000;

/** Reads big-endian integers and byte runs from `source` without copying it; byte runs are views into `source`. */
export class Reader {
  readonly #source: Uint8Array;
  #offset = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#source.length - this.#offset;
  }

  u8(): number {
    const value = this.#source[this.#offset];
    if (value === undefined) throw new DecodeError("truncated", this.#offset);
    this.#offset += 1;
    return value;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }

  /** An unsigned 64-bit integer below 2^53; a larger one is a `range` error. */
  u64(): number {
    const at = this.#offset;
    const high = this.u32();
    const low = this.u32();
    if (high >= 0x20_0000) throw new DecodeError("range", at, "integer of 2^53 or more");
    return high * TWO_POW_32 + low;
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw new DecodeError("truncated", this.#offset);
    const view = this.#source.subarray(this.#offset, this.#offset + length);
    this.#offset += length;
    return view;
  }

  /** Everything that is left, as a view. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** Throws `trailing` unless every byte was read. */
  end(): void {
    if (this.remaining > 0) throw new DecodeError("trailing", this.#offset);
  }
}
