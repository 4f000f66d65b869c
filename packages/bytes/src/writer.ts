// The mirror of Reader: a growing buffer of big-endian integers and byte runs. An integer that does not fit its field is a
// bug of the caller, hence a RangeError and not a DecodeError.

const TWO_POW_32 = 0x1_0000_0000;

function assertFits(value: number, limit: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value >= limit)
    throw new RangeError(`integer ${value} does not fit`);
}

export class Writer {
  #buffer: Uint8Array;
  #length = 0;

  /** `capacity` is a first guess in bytes; the buffer grows as needed. */
  constructor(capacity = 256) {
    this.#buffer = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    assertFits(value, 0x100);
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    assertFits(value, 0x1_0000);
    return this.u8(value >>> 8).u8(value & 0xff);
  }

  u32(value: number): this {
    assertFits(value, TWO_POW_32);
    return this.u16(Math.floor(value / 0x1_0000)).u16(value % 0x1_0000);
  }

  /** An unsigned integer below 2^53 in eight bytes. */
  u64(value: number): this {
    assertFits(value, Number.MAX_SAFE_INTEGER + 1);
    return this.u32(Math.floor(value / TWO_POW_32)).u32(value % TWO_POW_32);
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #reserve(extra: number): void {
    const needed = this.#length + extra;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
