import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { thin } from "./thin.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Not at the edge of any period. */
const NOW = 1_790_000_000_000;

const time = fc.oneof(
  fc.integer({ min: NOW - 3 * HOUR, max: NOW }),
  fc.integer({ min: NOW - 3 * DAY, max: NOW }),
  fc.integer({ min: NOW - 40 * DAY, max: NOW }),
  fc.integer({ min: NOW - 800 * DAY, max: NOW + DAY }),
);
const times = fc.array(time, { maxLength: 200 });

const keptOf = (all: readonly number[], nowMs: number): readonly number[] => {
  const dropped = new Set(thin(all, nowMs));
  return all.filter((at) => !dropped.has(at));
};

describe("thinning", () => {
  it("keeps all of the last hour, and the newest whatever its age", () => {
    const property = fc.property(times, (all) => {
      const dropped = thin(all, NOW);
      for (const at of dropped) expect(NOW - at).toBeGreaterThanOrEqual(HOUR);
      expect(dropped).not.toContain(Math.max(...all));
    });
    fc.assert(property);
  });

  it("drops only what was given, each once, ascending", () => {
    const property = fc.property(times, (all) => {
      const dropped = thin(all, NOW);
      expect(dropped).toEqual([...new Set(dropped)].toSorted((left, right) => left - right));
      for (const at of dropped) expect(all).toContain(at);
    });
    fc.assert(property);
  });

  it.each([
    ["an hour of the last day", HOUR, DAY],
    ["a day of the last 30 days", DAY, 30 * DAY],
    ["a week of the last year", 7 * DAY, 365 * DAY],
    ["four weeks of all time", 28 * DAY, 900 * DAY],
  ])("keeps the newest of %s, of those there are", (_what, period, age) => {
    const property = fc.property(times, (all) => {
      const kept = keptOf(all, NOW);
      for (const at of all) {
        if (NOW - at >= age) continue;
        const inPeriod = all.filter((other) => Math.floor(other / period) === Math.floor(at / period));
        expect(kept).toContain(Math.max(...inPeriod));
      }
    });
    fc.assert(property);
  });

  it("leaves few: an edit a minute for three years is at most 200 versions", () => {
    const all = Array.from({ length: (3 * 365 * DAY) / (10 * MINUTE) }, (_, index) => NOW - index * 10 * MINUTE);
    expect(keptOf(all, NOW).length).toBeLessThan(200);
  });

  it("once at the end leaves the same as again and again on the way", () => {
    const property = fc.property(times, fc.array(fc.nat(900 * DAY), { maxLength: 8 }), (all, ages) => {
      const ascending = all.toSorted((left, right) => left - right);
      let kept: readonly number[] = [];
      let from = 0;
      for (const now of ages.map((age) => NOW - age).toSorted((left, right) => left - right)) {
        const next = ascending.findIndex((at) => at > now);
        const upTo = next === -1 ? ascending.length : next;
        kept = keptOf([...kept, ...ascending.slice(from, Math.max(from, upTo))], now);
        from = Math.max(from, upTo);
      }
      expect(keptOf([...kept, ...ascending.slice(from)], NOW)).toEqual(keptOf(ascending, NOW));
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("of nothing is nothing", () => {
    expect(thin([], NOW)).toEqual([]);
  });
});
