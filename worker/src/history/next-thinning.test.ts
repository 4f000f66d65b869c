import { thin } from "@reed/text";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextThinning } from "./next-thinning.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Half past nine on a Thursday. */
const NOW = Math.ceil(1_790_000_000_000 / (7 * DAY)) * 7 * DAY + 9.5 * HOUR;

const times = fc.array(fc.oneof(fc.nat(3 * HOUR), fc.nat(3 * DAY), fc.nat(800 * DAY)), { maxLength: 40 });

/** As they are after they were thinned at NOW; to the microsecond, as the table has them. */
const keptOf = (ages: readonly number[]): readonly number[] => {
  const all = ages.map((age) => NOW - age + (age % 1000) / 1000);
  const dropped = new Set(thin(all, NOW));
  return all.filter((at) => !dropped.has(at));
};

describe("the next thinning", () => {
  it("[V4] is the first moment at which a version falls, and null only where none ever does", () => {
    let found = 0;
    const property = fc.property(times, (ages) => {
      const kept = keptOf(ages);
      const next = nextThinning(kept, NOW);
      if (next === null) {
        expect(thin(kept, NOW + 9999 * DAY)).toEqual([]);
        return;
      }
      found += 1;
      expect(next).toBeGreaterThan(NOW);
      expect([thin(kept, next - 1).length, thin(kept, next).length > 0]).toEqual([0, true]);
    });
    fc.assert(property, { numRuns: 500 });
    expect(found).toBeGreaterThan(100);
  });

  it("[V4] is when the newer of two in an hour is an hour old, then when their hours, then when their days have grown", () => {
    const noon = NOW + 2.5 * HOUR;
    expect(nextThinning([NOW, NOW + HOUR / 12, noon], NOW)).toBe(NOW + HOUR / 12 + HOUR);
    expect(nextThinning([NOW, noon], noon)).toBe(noon + HOUR + DAY);
    const midnight = noon + HOUR * 12;
    expect(nextThinning([NOW, NOW + DAY], NOW + DAY)).toBe(midnight + 31 * DAY);
  });

  it("is never for one version, or for none", () => {
    expect([nextThinning([], NOW), nextThinning([NOW], NOW)]).toEqual([null, null]);
  });
});
