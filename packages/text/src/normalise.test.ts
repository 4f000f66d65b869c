import fc from "fast-check";
import { expect, it } from "vitest";
import { normaliseText } from "./normalise.ts";

it.each([
  ["a\r\nb\rc\n", "a\nb\nc\n"],
  ["\r\r\n\n", "\n\n\n"],
  ["a\uD800b", "a\uFFFDb"],
  ["😀", "😀"],
])("normalises %j to %j", (text, normal) => {
  expect(normaliseText(text)).toBe(normal);
});

it("normalises what is normal to itself, with no U+000D and no half pair", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const normal = normaliseText(text);
      expect(normaliseText(normal)).toBe(normal);
      expect(normal.isWellFormed()).toBe(true);
      expect(normal).not.toContain("\r");
    }),
  );
});
