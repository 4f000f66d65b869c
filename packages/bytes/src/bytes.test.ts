import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64Url, toBase64Url } from "./base64url.ts";
import { compareBytes, concatBytes, equalBytes, isZero } from "./compare.ts";
import { fromHex, toHex } from "./hex.ts";
import { DecodeError, type DecodeErrorCode, Reader } from "./reader.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";
import { Writer } from "./writer.ts";

function codeOf(act: () => unknown): DecodeErrorCode | "ok" {
  try {
    act();
    return "ok";
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}

describe("reader and writer", () => {
  it("give back what was written, in order", () => {
    const fields = fc.record({
      a: fc.nat(0xff),
      b: fc.nat(0xffff),
      c: fc.nat(0xffff_ffff),
      d: fc.maxSafeNat(),
      run: fc.uint8Array(),
    });
    fc.assert(
      fc.property(fields, ({ a, b, c, d, run }) => {
        const bytes = new Writer(1).u8(a).u16(b).u32(c).u64(d).bytes(run).finish();
        const reader = new Reader(bytes);
        expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([a, b, c, d]);
        expect(reader.rest()).toEqual(run);
        reader.end();
      }),
    );
  });

  it("write big-endian", () => {
    expect(toHex(new Writer().u16(0x0102).u32(0x03040506).u64(0x0708090a0b0c0d).finish())).toBe(
      "010203040506000708090a0b0c0d",
    );
  });

  it("write nothing that does not fit its field", () => {
    const writer = new Writer();
    for (const wrong of [-1, 1.5, Number.NaN, 2 ** 53]) {
      for (const write of [writer.u8, writer.u16, writer.u32, writer.u64])
        expect(() => write.call(writer, wrong)).toThrow(RangeError);
    }
    expect(() => writer.u8(256)).toThrow(RangeError);
    expect(() => writer.u16(65_536)).toThrow(RangeError);
    expect(() => writer.u32(2 ** 32)).toThrow(RangeError);
    expect(writer.length).toBe(0);
  });

  it("stop at the end, at 2^53, and at bytes that are left over, and say where", () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3));
    expect(codeOf(() => reader.bytes(4))).toBe("truncated");
    expect(reader.u16()).toBe(0x0102);
    expect(() => reader.end()).toThrow(expect.objectContaining({ code: "trailing", offset: 2 }));
    expect([reader.offset, reader.remaining]).toEqual([2, 1]);
    expect(codeOf(() => reader.u16())).toBe("truncated");
    expect(codeOf(() => new Reader(fromHex("0020000000000000")).u64())).toBe("range");
    expect(new Reader(fromHex("001fffffffffffff")).u64()).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("keep what was finished apart from what is written later", () => {
    const writer = new Writer(8).u8(1);
    const first = writer.finish();
    writer.u8(2);
    first[0] = 9;
    expect(writer.finish()).toEqual(Uint8Array.of(1, 2));
  });
});

describe("base64url", () => {
  it("is that of Node, and reads back", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
    );
  });

  it("has one text for one byte string: any text that is read is the one that is written", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ABQgwz-_09".split("")), maxLength: 8 }), (text) => {
        if (codeOf(() => fromBase64Url(text)) === "ok") expect(toBase64Url(fromBase64Url(text))).toBe(text);
      }),
    );
  });

  it.each<[string, DecodeErrorCode]>([
    ["A", "truncated"],
    ["AAAAA", "truncated"],
    ["AB", "form"],
    ["AAB", "form"],
    ["AA==", "alphabet"],
    ["A+", "alphabet"],
    ["A/", "alphabet"],
    ["AA\n", "alphabet"],
    ["é0", "alphabet"],
  ])("refuses %j", (text, code) => {
    expect(codeOf(() => fromBase64Url(text))).toBe(code);
  });
});

describe("hex", () => {
  it("reads back, in lower case only", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    expect(codeOf(() => fromHex("abc"))).toBe("truncated");
    expect(codeOf(() => fromHex("AB"))).toBe("alphabet");
    expect(codeOf(() => fromHex("0x"))).toBe("alphabet");
  });
});

describe("UTF-8", () => {
  it("reads back every well-formed text, a leading U+FEFF included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
    expect(decodeUtf8(encodeUtf8("\uFEFFa"))).toBe("\uFEFFa");
  });

  it.each(["ff", "c080", "eda080", "f4908080", "e282", "80"])("refuses the bytes %s", (hex) => {
    expect(codeOf(() => decodeUtf8(fromHex(hex)))).toBe("utf8");
  });

  it("refuses to write half a surrogate pair", () => {
    expect(() => encodeUtf8("a\uD800")).toThrow(RangeError);
  });
});

describe("byte strings", () => {
  it("compare as Node compares them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 3, maxLength: 4 }), fc.uint8Array({ max: 3, maxLength: 4 }), (left, right) => {
        expect(Math.sign(compareBytes(left, right))).toBe(Buffer.compare(left, right));
        expect(equalBytes(left, right)).toBe(Buffer.compare(left, right) === 0);
        expect(concatBytes(left, right)).toEqual(Uint8Array.of(...left, ...right));
      }),
    );
    expect([isZero(new Uint8Array(3)), isZero(Uint8Array.of(0, 1)), isZero(new Uint8Array())]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
