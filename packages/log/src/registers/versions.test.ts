import { describe, expect, it } from "vitest";
import { defineRegisters } from "./define.ts";
import { mapOf, one } from "./field.ts";
import { calendarV1, calendarV2, entry, entryOf, faultOf, fold, foldStrictly, T } from "./registers.test-support.ts";
import { bool, choice, integer, text } from "./types.ts";

const MS = 1_790_000_000_123;
const byV1 = entryOf(calendarV1.write({ title: "Harvest", startsAt: MS }, T), { op: 1 });
const byV2 = entryOf(calendarV2.write({ title: "Reaping", startsAt: MS * 1000 + 456, offsetMinutes: 120 }, T + 1), {
  t: T + 1,
  op: 2,
});

describe("a calendar event in two versions", () => {
  it("[R19] the newer reads what the older wrote, in the newer's units", () => {
    const state = foldStrictly(calendarV2.reducer, [byV1]);
    expect(calendarV2.read(state)).toEqual({ title: "Harvest", startsAt: MS * 1000, offsetMinutes: null });
    expect(state.cells.get("startsAt")?.value).toBe(MS);
  });

  it("[R18] the older reads what fits of the newer; the rest is null and kept", () => {
    const state = foldStrictly(calendarV1.reducer, [byV2]);
    expect(calendarV1.read(state)).toEqual({ title: "Reaping", startsAt: null });
    expect(state.cells.get("offsetMinutes")?.value).toBe(120);
  });

  it("[R18][R20] the newer's values outlive the older's snapshots and writes", () => {
    const first = foldStrictly(calendarV1.reducer, [byV2]);
    const saved = calendarV1.reducer.save(first);
    const old = calendarV1.reducer.load(saved);
    const edit = entryOf(calendarV1.write({ title: "Threshing" }, T + 2), { t: T + 2, op: 3 });
    const judged = calendarV1.reducer.judge(old, edit);
    if (judged.ok) calendarV1.reducer.apply(old, edit, judged.change);
    const young = calendarV2.reducer.load(calendarV1.reducer.save(old));
    expect(calendarV2.read(young)).toEqual({ title: "Threshing", startsAt: MS * 1000 + 456, offsetMinutes: 120 });
    expect(young.cells).toEqual(foldStrictly(calendarV2.reducer, [byV2, edit]).cells);
  });

  it("[R19] versions mix by register: each value is carried from the version that wrote it", () => {
    const move = entryOf(calendarV1.write({ startsAt: MS + 1 }, T + 2), { t: T + 2, op: 3 });
    const state = foldStrictly(calendarV2.reducer, [byV1, byV2, move]);
    expect(calendarV2.read(state)).toEqual({ title: "Reaping", startsAt: (MS + 1) * 1000, offsetMinutes: 120 });
  });

  it("[R10][R11] a payload is held to the version that it states, as that version was", () => {
    const set = (v: number, key: string, value: number): string | null =>
      faultOf(calendarV2.reducer, { v, set: { [key]: value } });
    expect(set(1, "startsAt", MS)).toBeNull();
    expect(set(1, "startsAt", MS * 1000)).toBe("register_type");
    expect(set(1, "offsetMinutes", 60)).toBe("register_unknown_key");
    expect(set(2, "offsetMinutes", 60)).toBeNull();
    expect(set(2, "offsetMinutes", 6000)).toBe("register_type");
  });

  it("[R15] both versions judge alike what neither is behind", () => {
    for (const write of [byV1, entry({ set: { startsAt: "noon" } }), entry({ set: { offsetMinutes: 1 } })]) {
      expect(calendarV2.reducer.judge(calendarV2.reducer.empty(), write)).toEqual(
        calendarV1.reducer.judge(calendarV1.reducer.empty(), write),
      );
    }
  });

  it("[R15] what comes from a newer version is not held to types, and to all else", () => {
    const fault = (write: Parameters<typeof faultOf>[1]): string | null => faultOf(calendarV1.reducer, write);
    expect(fault({ v: 2, set: { startsAt: ["noon"], place: { lat: 1.5 } } })).toBeNull();
    expect(fault({ v: 2, set: { place: new Uint8Array(1022) } })).toBe("register_too_big");
    expect(fault({ v: 2, set: { Place: 1 } })).toBe("register_key");
    expect(fault({ v: 2, t: T, wallTimeUs: T - 1, set: { place: 1 } })).toBe("register_time");
    expect(fault({ v: 2, role: "viewer", set: { place: 1 } })).toBe("register_role");
  });

  it("[R24] a server can tell a payload that is ahead of it", () => {
    expect(calendarV1.isAhead(byV2.payload)).toBe(true);
    expect(calendarV2.isAhead(byV2.payload)).toBe(false);
    expect(calendarV2.isAhead(byV1.payload)).toBe(false);
    expect(calendarV2.isAhead(Uint8Array.of(1, 2, 3))).toBe(false);
  });
});

describe("keys that are not known", () => {
  it("[R20] are kept both ways, and read by whoever knows them", () => {
    const state = fold(calendarV2.reducer, [{ v: 3, set: { place: "field", "guests/ana": 2 } }]);
    const back = calendarV1.reducer.load(calendarV2.reducer.save(state));
    expect(calendarV1.reducer.save(back)).toEqual(calendarV2.reducer.save(state));
    const calendarV3 = defineRegisters({
      bucket: "event",
      version: 3,
      fields: {
        place: one(text(20), { since: 3 }),
        guests: mapOf(integer({ min: 0, max: 9 }), { since: 3 }),
        wrong: one(bool, { since: 3 }),
      },
    });
    expect(calendarV3.read(calendarV3.reducer.load(calendarV1.reducer.save(back)))).toEqual({
      place: "field",
      guests: new Map([["ana", 2]]),
      wrong: null,
    });
  });

  it("[R18] once known, are null where they don't fit", () => {
    const state = fold(calendarV1.reducer, [{ v: 2, set: { offsetMinutes: "late", startsAt: "noon", "title/a": 1 } }]);
    const young = calendarV2.reducer.load(calendarV1.reducer.save(state));
    expect(calendarV2.read(young)).toEqual({ title: null, startsAt: null, offsetMinutes: null });
    expect(young.cells.size).toBe(3);
  });

  it("[R21] beginning with x- are anybody's, in every version", () => {
    const state = foldStrictly(calendarV2.reducer, [
      entry({ v: 1, set: { "x-moon": { phase: 0.5 }, "x-seen/by": [1] }, role: "editor" }),
    ]);
    expect([...state.cells.keys()]).toEqual(["x-moon", "x-seen/by"]);
    expect(faultOf(calendarV2.reducer, { set: { "x-moon": 1 }, role: "viewer" })).toBe("register_role");
    expect(() => defineRegisters({ bucket: "b", version: 1, fields: { "x-moon": one(bool) } })).toThrow(RangeError);
  });
});

describe("a declaration", () => {
  it("[R19] steps through every version, with all that was there", () => {
    const age = integer({ min: 0, max: 200 });
    const said = text(9);
    const v4 = defineRegisters({
      bucket: "b",
      version: 4,
      fields: {
        age: one(choice(["young", "old"]), {
          was: [
            { through: 1, type: said },
            { through: 3, type: age },
          ],
        }),
        kept: one(said),
        extra: one(integer({ min: 0, max: 9 })),
      },
      migrations: {
        1: (values) => new Map([...values, ["age", Number(values.get("age"))], ["extra", 1]]),
        3: (values) => new Map([...values, ["age", Number(values.get("age")) < 50 ? "young" : "old"]]),
      },
    });
    const read = (v: number, value: string | number): unknown =>
      v4.read(fold(v4.reducer, [{ v, set: { age: value, kept: "k" } }])).age;
    expect([read(1, "30"), read(1, "70"), read(2, 70), read(3, 30), read(4, "old")]).toEqual([
      "young",
      "old",
      "old",
      "young",
      "old",
    ]);
    expect(v4.read(fold(v4.reducer, [{ v: 1, set: { age: "70", kept: "k" } }]))).toEqual({
      age: "old",
      kept: "k",
      extra: null,
    });
    expect(read(1, "unclear")).toBe("old");
    expect(read(5, "old")).toBe("old");
    expect(read(5, 70)).toBeNull();
  });

  it("[R19] a value that a migration can't carry is null", () => {
    const lossy = defineRegisters({
      bucket: "b",
      version: 2,
      fields: { age: one(integer({ min: 0, max: 9 }), { was: [{ through: 1, type: text(9) }] }) },
      migrations: { 1: (values) => new Map([...values].map(([key, value]) => [key, Number(value)])) },
    });
    expect(lossy.read(fold(lossy.reducer, [{ set: { age: "many" } }])).age).toBeNull();
    expect(lossy.read(fold(lossy.reducer, [{ set: { age: "7" } }])).age).toBe(7);
  });

  it("[R23] says how each type became the next, or is refused", () => {
    const define = (declaration: Partial<Parameters<typeof defineRegisters>[0]>): unknown =>
      defineRegisters({ bucket: "b", version: 2, fields: {}, ...declaration });
    const was = [{ through: 1, type: text(3) }];
    expect(() => define({ fields: { a: one(bool, { was }) } })).toThrow("migration");
    expect(() => define({ version: 1, fields: { a: one(bool, { was }) } })).toThrow("earlier");
    expect(() => define({ fields: { a: one(bool, { since: 2, was }) } })).toThrow("earlier");
    expect(() => define({ fields: { a: one(bool, { since: 3 }) } })).toThrow("since");
    expect(() => define({ fields: { "a/b": one(bool) } })).toThrow("name");
    expect(() => define({ version: 0 })).toThrow("version");
    expect(() => define({ maxKeys: 64 })).toThrow("maxKeys");
  });

  it("[R3] promises no type that a value has no room for", () => {
    expect(() => text(341)).toThrow(RangeError);
    expect(text(340).accepts("€".repeat(340))).toBe(true);
    expect(() => integer({ min: 1, max: 0 })).toThrow(RangeError);
    expect(() => integer({ min: 0, max: 2 ** 53 })).toThrow(RangeError);
    expect(() => choice([])).toThrow(RangeError);
  });
});
