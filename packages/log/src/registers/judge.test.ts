import { ROLES } from "@reed/access";
import { concatBytes } from "@reed/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CborValue, encodeCbor } from "../cbor.ts";
import { defineRegisters } from "./define.ts";
import { mapOf, one } from "./field.ts";
import { noteRegisters } from "./note-registers.ts";
import { entry, entryOf, faultOf, fold, payloadOf, T, type Write } from "./registers.test-support.ts";
import { bool, bytes, choice, integer, text, time } from "./types.ts";

const kinds = defineRegisters({
  bucket: "kinds",
  version: 1,
  fields: {
    text: one(text(5)),
    bool: one(bool),
    integer: one(integer({ min: -2, max: 9 })),
    choice: one(choice(["red", "blue"])),
    time: one(time),
    bytes: one(bytes(4)),
    map: mapOf(integer({ min: 0, max: 1 }), { isEntry: (name) => name.length < 4 }),
  },
});

const faultOfKinds = (write: Write): string | null => faultOf(kinds.reducer, write);
const ofBytes = (payload: Uint8Array): string | null => faultOf(kinds.reducer, entryOf(payload));
const nested = (depth: number): CborValue => (depth === 0 ? null : [nested(depth - 1)]);

describe("the form of a register op", () => {
  it("[R1] is a deterministic CBOR map of version, time and at least one register", () => {
    expect(ofBytes(payloadOf({ set: { bool: true } }))).toBeNull();
    expect(kinds.write({ bool: true }, T)).toEqual(payloadOf({ set: { bool: true } }));
    const broken: readonly CborValue[] = [
      null,
      [],
      { v: 1, t: T },
      { v: 1, t: T, set: {} },
      { v: 1, t: T, set: [] },
      { v: 1, t: T, set: null },
      { v: 1, t: T, set: new Uint8Array(2) },
      { v: 1, t: T, set: { bool: true }, more: 1 },
      { v: 0, t: T, set: { bool: true } },
      { v: 65_536, t: T, set: { bool: true } },
      { v: "1", t: T, set: { bool: true } },
      { v: 1, t: -1, set: { bool: true } },
      { v: 1, t: 0.5, set: { bool: true } },
    ];
    expect(broken.map((value) => ofBytes(encodeCbor(value)))).toEqual(broken.map(() => "register_malformed"));
  });

  it("[R1] takes no second encoding of the same, and no time of 2^53 or more", () => {
    const good = payloadOf({ set: { bool: true } });
    const long = [0xa3, 0x61, 0x74, 0x01, 0x61, 0x76, 0x18, 0x01];
    expect(ofBytes(concatBytes(good, Uint8Array.of(0)))).toBe("register_malformed");
    expect(ofBytes(Uint8Array.from(long))).toBe("register_malformed");
    const far = encodeCbor({ v: 1, t: Number.MAX_SAFE_INTEGER, set: { bool: true } });
    const past = far.slice();
    const at = past.indexOf(0x1b);
    past.set([0x00, 0x20, 0, 0, 0, 0, 0, 0], at + 1);
    expect(faultOf(kinds.reducer, entryOf(far, { t: Number.MAX_SAFE_INTEGER }))).toBeNull();
    expect(faultOf(kinds.reducer, entryOf(past, { t: Number.MAX_SAFE_INTEGER }))).toBe("register_malformed");
  });

  it("[R2] has keys of one form", () => {
    const bad = [
      "",
      "A",
      "1",
      "_a",
      "a b",
      "é",
      "map/",
      "map/\n",
      "map/\u007f",
      `a${"b".repeat(32)}`,
      "map/".padEnd(129, "x"),
      "map/".padEnd(67, "é"),
    ];
    const good = ["a", "aB-9", `a${"b".repeat(31)}`, "map/", "map/"].map((key, at) =>
      at === 3 ? `${key}é 🌾/more` : at === 4 ? key.padEnd(128, "x") : key,
    );
    expect(bad.map((key) => faultOfKinds({ v: 2, set: { [key]: 1 } }))).toEqual(bad.map(() => "register_key"));
    expect(good.map((key) => faultOfKinds({ v: 2, set: { [key]: 1 } }))).toEqual(good.map(() => null));
  });

  it("[R3] has values that come back from a snapshot as they were", () => {
    const good: readonly CborValue[] = [
      0.5,
      -1,
      "🌾",
      nested(8),
      { a: [null, new Uint8Array(3)] },
      new Uint8Array(1021),
    ];
    const bad: readonly CborValue[] = [Number.POSITIVE_INFINITY, Number.NaN, 2 ** 60, nested(9), { a: Number.NaN }];
    expect(good.map((value) => faultOfKinds({ v: 2, set: { new: value } }))).toEqual(good.map(() => null));
    expect(bad.map((value) => faultOfKinds({ v: 2, set: { new: value } }))).toEqual(
      bad.map(() => "register_malformed"),
    );
    const deep = concatBytes(
      Uint8Array.from({ length: 60_000 }, () => 0x81),
      Uint8Array.of(0),
    );
    expect(ofBytes(deep)).toBe("register_malformed");
  });
});

describe("the verdict on a register op", () => {
  it("[R6] too_big: more than 64 KiB, or a value of more than 1 KiB", () => {
    expect(faultOfKinds({ v: 2, set: { new: new Uint8Array(1022) } })).toBe("register_too_big");
    expect(ofBytes(new Uint8Array(64 * 1024 + 1))).toBe("register_too_big");
    expect(ofBytes(new Uint8Array(64 * 1024))).toBe("register_malformed");
  });

  it("[R7][R16] malformed and all else: any bytes get a verdict, which changes nothing", () => {
    const reducer = kinds.reducer;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 60 }), fc.nat({ max: 255 }), (noise, at, byte) => {
        const flipped = payloadOf({ set: { bool: true, "map/a": 1, text: "hi" } });
        flipped[at % flipped.length] = byte;
        for (const payload of [noise, flipped]) {
          const state = fold(reducer, [{ set: { bool: false } }]);
          const before = reducer.save(state);
          const judged = reducer.judge(state, entryOf(payload));
          expect(judged.ok || judged.fault.startsWith("register_")).toBe(true);
          expect(reducer.save(state)).toEqual(before);
        }
      }),
    );
  });

  it("[R16] does not follow the reader's clock or the time of receipt", () => {
    const late = { ...entry({ set: { bool: true } }), recvUs: 1 };
    expect(faultOf(kinds.reducer, late)).toBeNull();
  });

  it("[R8] time: later than the clock of the op's header", () => {
    expect(faultOfKinds({ set: { bool: true }, t: T, wallTimeUs: T })).toBeNull();
    expect(faultOfKinds({ set: { bool: true }, t: 0, wallTimeUs: T })).toBeNull();
    expect(faultOfKinds({ set: { bool: true }, t: T + 1, wallTimeUs: T })).toBe("register_time");
  });

  it("[R9][R10] key and unknown_key: not a key, or not one of the writer's version", () => {
    expect(faultOfKinds({ set: { Bool: true } })).toBe("register_key");
    const unknown = ["other", "bool/a", "map", "map/long", "constructor"];
    expect(unknown.map((key) => faultOfKinds({ set: { [key]: null } }))).toEqual(
      unknown.map(() => "register_unknown_key"),
    );
  });

  it("[R11] type: a value that its field has no room for; null fits all", () => {
    const values: Readonly<Record<string, { good: readonly CborValue[]; bad: readonly CborValue[] }>> = {
      text: { good: ["", "12345", "é🌾"], bad: ["123456", 1, new Uint8Array(1), ["a"]] },
      bool: { good: [true, false], bad: [0, "true", {}] },
      integer: { good: [-2, 0, 9], bad: [-3, 10, 0.5, "1", true] },
      choice: { good: ["red", "blue"], bad: ["green", "", 0] },
      time: { good: [0, T, -T], bad: [0.5, "now"] },
      bytes: { good: [new Uint8Array(0), new Uint8Array(4)], bad: [new Uint8Array(5), "abcd", [1, 2]] },
      "map/a": { good: [0, 1], bad: [2, true] },
    };
    for (const [key, { good, bad }] of Object.entries(values)) {
      for (const value of [...good, null]) expect(faultOfKinds({ set: { [key]: value } }), key).toBeNull();
      for (const value of bad) expect(faultOfKinds({ set: { [key]: value } }), key).toBe("register_type");
    }
  });

  it("[R12] role: less than the field asks for, whatever version the writer states", () => {
    const ranks = defineRegisters({
      bucket: "ranks",
      version: 1,
      fields: {
        all: one(bool, { role: "viewer" }),
        most: one(bool),
        few: one(bool, { role: "owner" }),
        map: mapOf(bool, { role: "owner" }),
      },
    });
    const least = { all: "viewer", most: "editor", few: "owner", "map/a": "owner", "x-more": "editor" } as const;
    for (const [key, needed] of Object.entries(least)) {
      for (const role of [null, ...ROLES]) {
        for (const v of [1, 2]) {
          const may = role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
          const fault = faultOf(ranks.reducer, { v, role, set: { [key]: true } });
          expect(fault, `${key} by ${role}`).toBe(may ? null : "register_role");
        }
      }
    }
    expect(faultOf(ranks.reducer, { v: 2, role: "viewer", set: { later: 1 } })).toBe("register_role");
    expect(faultOf(ranks.reducer, { v: 2, role: "editor", set: { "few/a": 1 } })).toBe("register_role");
  });

  it("[R13] too_many: more than 64 values under plain keys, or 192 under others", () => {
    const tags = (from: number, to: number): Write["set"] =>
      Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`tags/${from + index}`, true]));
    const plain = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`k${index}`, 1]));
    const full = [{ set: tags(0, 192) }, { v: 2, set: plain }];
    expect(faultOf(noteRegisters.reducer, { t: T + 1, set: { "tags/more": true } }, full)).toBe("register_too_many");
    expect(faultOf(noteRegisters.reducer, { t: T + 1, set: { "x-more": true } }, full)).toBe("register_too_many");
    expect(faultOf(noteRegisters.reducer, { t: T + 1, set: { color: "sand" } }, full)).toBe("register_too_many");
    expect(faultOf(noteRegisters.reducer, { t: T + 1, set: { color: "sand" } }, [{ set: tags(0, 192) }])).toBeNull();
    expect(faultOf(noteRegisters.reducer, { t: T + 1, set: { "tags/0": false } }, full)).toBeNull();
    expect(faultOf(noteRegisters.reducer, { t: T - 1, set: { "tags/0": null, "tags/more": true } }, full)).toBe(
      "register_too_many",
    );
    expect(faultOf(noteRegisters.reducer, { t: T + 1, set: { "tags/0": null, "tags/more": true } }, full)).toBeNull();
    expect(faultOf(noteRegisters.reducer, { set: tags(0, 193) })).toBe("register_too_many");
  });

  it("[R13] what was taken away makes room, the oldest first", () => {
    const { reducer } = noteRegisters;
    const gone = Array.from({ length: 500 }, (_, index): Write[] => [
      { t: T + 2 * index, set: { [`tags/${index}`]: true } },
      { t: T + 2 * index + 1, set: { [`tags/${index}`]: null } },
    ]).flat();
    const state = fold(reducer, [{ t: T, set: { "tags/kept": true } }, ...gone]);
    expect(state.cells.size).toBe(192);
    expect(noteRegisters.read(state).tags).toEqual(new Map([["kept", true]]));
    expect([...state.cells.keys()].filter((key) => key !== "tags/kept").toSorted()[0]).toBe("tags/309");
    expect(reducer.load(reducer.save(state)).cells).toEqual(state.cells);
  });

  it("[R14] holds for all registers of an op or for none", () => {
    const state = fold(kinds.reducer, [
      { set: { bool: true, text: "a", "map/a": 1 } },
      { t: T + 1, set: { bool: false, text: "too long" } },
      { t: T + 2, set: { "map/a": null, text: "b" } },
    ]);
    expect(kinds.read(state)).toMatchObject({ bool: true, text: "b", map: new Map() });
  });
});

describe("writing", () => {
  it("[R1][R11] refuses at once what every replica would refuse", () => {
    expect(() => kinds.write({}, T)).toThrow(RangeError);
    expect(() => kinds.write({ text: "123456" }, T)).toThrow("text: type");
    expect(() => kinds.write({ text: "\u{d800}" }, T)).toThrow(RangeError);
    expect(() => kinds.write({ text: "\u{feff}" }, T)).toThrow(RangeError);
    expect(() => kinds.write({ map: new Map([["\n", 1]]) }, T)).toThrow("key");
    expect(() => kinds.write({ map: new Map([["\u{feff}", 1]]) }, T)).not.toThrow();
    expect(() => kinds.write({ bool: true }, -1)).toThrow(RangeError);
    expect(() => kinds.write({ bool: true }, 0.5)).toThrow(RangeError);
  });

  it("[R1] names only what it changes", () => {
    const payload = kinds.write({ bool: null, text: undefined, map: new Map([["a", null]]) }, T);
    expect(payload).toEqual(payloadOf({ set: { bool: null, "map/a": null } }));
  });
});
