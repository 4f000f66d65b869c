import { compareBytes } from "@reed/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CborValue, decodeCbor, encodeCbor } from "../cbor.ts";
import type { Cell } from "./cells.ts";
import { noteRegisters } from "./note-registers.ts";
import { entry, fold, foldStrictly, T, type Write } from "./registers.test-support.ts";

const { reducer } = noteRegisters;

const writes = fc.array(
  fc.record({
    t: fc.integer({ min: T, max: T + 3 }),
    v: fc.integer({ min: 1, max: 3 }),
    device: fc.integer({ min: 1, max: 3 }),
    op: fc.integer({ min: 0, max: 255 }),
    set: fc.dictionary(
      fc.constantFrom("color", "tags/a", "tags/b", "x-free", "locked"),
      fc.constantFrom(null, "sand", "reed", true, 3),
      { minKeys: 1 },
    ),
  }),
  { maxLength: 12 },
);

const { value: values } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<CborValue[]>(null, true, -1, 0.25, Number.MAX_SAFE_INTEGER),
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie("value"), { maxKeys: 4 }),
  ),
}));

/** The one of `cells` that wins, worked out in another way. */
function greatest(cells: readonly Cell[]): Cell | undefined {
  return cells.toSorted(
    (a, b) => a.timeUs - b.timeUs || compareBytes(a.device, b.device) || compareBytes(a.opId, b.opId),
  )[cells.length - 1];
}

/** One op of each id, or they would not be different ops. */
function distinct(all: readonly Write[]): readonly Write[] {
  return [...new Map(all.map((write) => [write.op, write])).values()].filter(
    (write) => reducer.judge(reducer.empty(), entry(write)).ok,
  );
}

describe("which write wins", () => {
  it("[R4] the greatest time, device and op id, in whatever order they come", () => {
    fc.assert(
      fc.property(writes, fc.infiniteStream(fc.nat()), (all, random) => {
        const valid = distinct(all);
        const shuffled = valid
          .map((write) => ({ write, at: random.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ write }) => write);
        const state = foldStrictly(reducer, shuffled.map(entry));
        for (const key of new Set(valid.flatMap(({ set }) => Object.keys(set)))) {
          const rivals = valid
            .filter(({ set }) => Object.hasOwn(set, key))
            .flatMap((write) => [...foldStrictly(reducer, [entry(write)]).cells].filter(([name]) => name === key));
          expect(state.cells.get(key)).toEqual(greatest(rivals.map(([, cell]) => cell)));
        }
        expect(encodeCbor(reducer.save(state))).toEqual(encodeCbor(reducer.save(fold(reducer, valid))));
      }),
    );
  });

  it("[R4] by one device at one time: the greater op id", () => {
    const one: Write = { set: { color: "sand" }, op: 1 };
    const two: Write = { set: { color: "reed" }, op: 2 };
    expect(noteRegisters.read(fold(reducer, [one, two])).color).toBe("reed");
    expect(noteRegisters.read(fold(reducer, [two, one])).color).toBe("reed");
  });

  it("[R4] an op again changes nothing", () => {
    const write: Write = { set: { color: "sand" } };
    const state = fold(reducer, [write]);
    const saved = reducer.save(state);
    expect(reducer.save(fold(reducer, [write, write]))).toEqual(saved);
  });

  it("[R5] null takes a value away, and an older write does not bring it back", () => {
    const state = fold(reducer, [
      { set: { color: "sand", "tags/a": true } },
      { t: T + 2, set: { color: null, "tags/a": null } },
      { t: T + 1, device: 9, set: { color: "rose", "tags/a": true } },
    ]);
    expect(noteRegisters.read(state)).toMatchObject({ color: null, tags: new Map() });
    expect(state.cells.size).toBe(2);
  });

  it("[R5] a stale write is valid and loses; its time may be below the device's own last", () => {
    const state = foldStrictly(reducer, [
      entry({ t: T, set: { color: "sand" }, op: 1 }),
      entry({ t: T - 5, wallTimeUs: T + 1, set: { color: "rose", icon: "🌾" }, op: 2 }),
    ]);
    expect(noteRegisters.read(state)).toMatchObject({ color: "sand", icon: "🌾" });
  });
});

describe("clocks", () => {
  it("[R17] an honest writer wins over whatever another clock has left there", () => {
    const poisonUs = T + 75 * 365 * 86_400_000_000;
    const state = fold(reducer, [{ t: poisonUs, device: 255, op: 255, set: { color: "rose", "tags/a": true } }]);
    const t = noteRegisters.nextTimeUs(state, 0, T);
    expect(t).toBe(poisonUs + 1);
    const after = foldStrictly(reducer, []);
    for (const next of [
      entry({ t: poisonUs, device: 255, op: 255, set: { color: "rose" } }),
      { ...entry({ t, device: 0, op: 0, set: {} }), payload: noteRegisters.write({ color: "sky" }, t) },
    ]) {
      const judged = reducer.judge(after, next);
      if (judged.ok) reducer.apply(after, next, judged.change);
    }
    expect(noteRegisters.read(after).color).toBe("sky");
    expect(t - poisonUs).toBeLessThanOrEqual(1_000_000);
  });

  it("[R17] the time of a write is now, or just past what is there, also of what was taken away and can't be read", () => {
    expect(noteRegisters.nextTimeUs(reducer.empty(), 0, T)).toBe(T);
    expect(noteRegisters.nextTimeUs(reducer.empty(), T, T)).toBe(T + 1);
    expect(noteRegisters.nextTimeUs(fold(reducer, [{ t: T + 7, set: { color: null } }]), T, T)).toBe(T + 8);
    expect(noteRegisters.nextTimeUs(fold(reducer, [{ v: 9, t: T + 7, set: { later: 1 } }]), T, T)).toBe(T + 8);
  });
});

describe("at rest", () => {
  it("[R22] comes back exactly, with versions, times, devices, op ids and what is unknown", () => {
    fc.assert(
      fc.property(writes, values, (all, unknown) => {
        const state = fold(reducer, [...all, { v: 4, t: T + 9, set: { later: unknown, "later/a": [unknown] } }]);
        const saved = encodeCbor(reducer.save(state));
        const loaded = reducer.load(decodeCbor(saved));
        expect(loaded.cells).toEqual(state.cells);
        expect(encodeCbor(reducer.save(loaded))).toEqual(saved);
        expect(noteRegisters.read(loaded)).toEqual(noteRegisters.read(state));
      }),
    );
  });

  it("[R22] refuses what is not a saved state", () => {
    const cell = [1, T, new Uint8Array(32), new Uint8Array(32), true];
    const load = (cells: unknown): unknown => reducer.load({ v: 1, cells });
    expect(load({ "tags/a": cell })).toBeDefined();
    const broken: readonly unknown[] = [
      [],
      null,
      { "Tags/a": cell },
      { "tags/a": cell.slice(0, 4) },
      { "tags/a": [0, ...cell.slice(1)] },
      { "tags/a": [1, -1, ...cell.slice(2)] },
      { "tags/a": [1, T, new Uint8Array(31), ...cell.slice(3)] },
      { "tags/a": [1, T, new Uint8Array(32), null, true] },
      { "tags/a": [...cell.slice(0, 4), undefined] },
      { "tags/a": [...cell.slice(0, 4), new Uint8Array(1022)] },
      Object.fromEntries(Array.from({ length: 193 }, (_, index) => [`tags/${index}`, cell])),
    ];
    for (const cells of broken) expect(() => load(cells)).toThrow("form");
    expect(() => reducer.load(null)).toThrow("form");
    expect(() => reducer.load({ v: 2, cells: {} })).toThrow("form");
  });

  it("[R22] reading gives one object until something changes", () => {
    const state = fold(reducer, [{ set: { color: "sand" } }]);
    const before = noteRegisters.read(state);
    expect(noteRegisters.read(state)).toBe(before);
    const next = entry({ t: T + 1, set: { color: "sky" } });
    const judged = reducer.judge(state, next);
    if (judged.ok) reducer.apply(state, next, judged.change);
    expect(noteRegisters.read(state).color).toBe("sky");
  });
});
