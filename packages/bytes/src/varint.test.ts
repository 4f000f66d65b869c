import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "./hex.ts";
import { DecodeError, Reader } from "./reader.ts";
import { readVarint, writeVarint } from "./varint.ts";
import { Writer } from "./writer.ts";

const encoded = (value: number): Uint8Array => writeVarint(new Writer(), value).finish();

function decoded(hex: string): number | string {
  try {
    return readVarint(new Reader(fromHex(hex)));
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}

describe("a varint", () => {
  it("takes seven bits a byte, the lowest first", () => {
    const hex = [0, 0x7f, 0x80, 300, Number.MAX_SAFE_INTEGER].map((value) => toHex(encoded(value)));
    expect(hex).toEqual(["00", "7f", "8001", "ac02", "ffffffffffffff0f"]);
  });

  it("reads back as it was written", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => readVarint(new Reader(encoded(value))) === value));
  });

  it.each([
    ["8000", "form"],
    ["80", "truncated"],
    ["ffffffffffffff10", "range"],
    ["ffffffffffffffff01", "range"],
  ])("%s is a DecodeError", (hex, code) => {
    expect(decoded(hex)).toBe(code);
  });

  it("of a number that is no integer from 0 to 2^53 - 1 is a RangeError", () => {
    for (const value of [-1, 0.5, Number.MAX_SAFE_INTEGER + 1]) expect(() => encoded(value)).toThrow(RangeError);
  });
});
