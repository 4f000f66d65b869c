import { describe, expect, it } from "vitest";
import { seqsOfTags, textTag } from "./text.ts";

describe("the tag of a text", () => {
  it("is its position, quoted", () => {
    expect(textTag(12)).toBe('"12"');
    expect(seqsOfTags(textTag(12), true)).toEqual([12]);
  });

  it.each([
    ['"1", "22" ,"333"', [1, 22, 333]],
    ["*", null],
    [' "5" ', [5]],
    ['"of another kind"', []],
    ['"-1"', []],
    ['"1e3"', []],
    ['"99999999999999999999"', []],
    ["5", "invalid"],
    ['"5', "invalid"],
    ["", "invalid"],
    ['"5",', "invalid"],
    ['*, "5"', "invalid"],
  ] as const)("%j names %j", (header, named) => {
    expect(seqsOfTags(header, true)).toEqual(named);
  });

  it("is weak only where that is enough", () => {
    expect([seqsOfTags('W/"5"', false), seqsOfTags('W/"5"', true)]).toEqual([[5], []]);
  });
});
