import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstDifference } from "./first-difference.ts";

/** The search over two logs that part at `first`, and the positions that it asked about. */
async function search(low: number, high: number, first: number) {
  const asked: number[] = [];
  const found = await firstDifference(low, high, async (seq) => {
    asked.push(seq);
    return seq < first;
  });
  return { found, asked };
}

describe("the first difference of two logs", () => {
  it("[W90] is found wherever it lies, with one question for each halving and none twice", async () => {
    const cases = fc
      .tuple(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), fc.nat())
      .map(([low, length, at]) => ({ low, high: low + length, first: low + 1 + (at % length) }));
    await fc.assert(
      fc.asyncProperty(cases, async ({ low, high, first }) => {
        const { found, asked } = await search(low, high, first);
        expect(found).toBe(first);
        expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(high - low)));
        expect(new Set(asked).size).toBe(asked.length);
        expect(asked.every((seq) => seq > low && seq < high)).toBe(true);
      }),
    );
  });

  it("[W90] of neighbours takes no question", async () => {
    expect(await search(7, 8, 8)).toEqual({ found: 8, asked: [] });
  });

  it("[W90] is not looked for between one position and itself", async () => {
    await expect(search(3, 3, 3)).rejects.toThrow(RangeError);
  });

  it("fails as its questions fail", async () => {
    await expect(firstDifference(0, 9, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  });
});
