import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editsBetween } from "./edits.ts";
import { anyText, textAndEdited } from "./generators.test-support.ts";
import { reapply } from "./reapply.ts";

/** A text and two that were made of it. */
const threeTexts = fc.oneof(
  fc.tuple(anyText, anyText, anyText),
  fc
    .tuple(textAndEdited, textAndEdited, anyText)
    .map(([[left, leftEdited], [right, rightEdited], text]): [string, string, string] => [
      `${left}\n${text}\n${right}`,
      `${leftEdited}\n${text}\n${right}`,
      `${left}\n${text}\n${rightEdited}`,
    ]),
);

describe("a change done again", () => {
  it.each<[string, string, string, string, string]>([
    [
      "elsewhere",
      "red car\nblue sky\n",
      "red bike\nblue sky\n",
      "red car\nblue night sky\n",
      "red bike\nblue night sky\n",
    ],
    ["to a word that was replaced there", "a cat.", "a dog.", "a bird.", "a birddog."],
    ["that removes what was removed there", "a\nb\nc\nd\n", "a\nd\n", "a\nc\nd\n", "a\nd\n"],
    ["that removes a line around a word inserted there", "a\nb c\nd\n", "a\nd\n", "a\nb X c\nd\n", "a\nX d\n"],
    ["that was done there already", "one\n", "one\ntwo\n", "one\ntwo\n", "one\ntwo\n"],
    ["of which the beginning was done there", "say: ", "say: hello world", "say: hello wor", "say: hello world"],
    ["to an empty text", "all of it", "all of it and more", "", " and more"],
    ["that inserts where something else was inserted", "a\n", "a\nmine\n", "a\ntheirs\n", "a\ntheirs\nmine\n"],
  ])("%s", (_what, before, after, onto, result) => {
    expect(reapply(before, after, onto)).toBe(result);
  });

  it("to the text that it was done to gives the same", () => {
    const property = fc.property(threeTexts, ([before, after]) => {
      expect(reapply(before, after, before)).toBe(after);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("that changes nothing changes nothing", () => {
    const property = fc.property(threeTexts, ([before, , onto]) => {
      expect(reapply(before, before, onto)).toBe(onto);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("to its own result changes nothing more", () => {
    const property = fc.property(threeTexts, ([before, after]) => {
      expect(reapply(before, after, after)).toBe(after);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("loses nothing that was inserted on either side, and leaves the text well formed", () => {
    const property = fc.property(threeTexts, ([before, after, onto]) => {
      const result = reapply(before, after, onto);
      expect(result.isWellFormed()).toBe(true);
      for (const { added } of [...editsBetween(before, after), ...editsBetween(before, onto)])
        expect(result).toContain(added);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it("has of the old text just what both sides kept", () => {
    const unitsOf = (edits: ReturnType<typeof editsBetween>): readonly number[] =>
      edits.flatMap(({ at, removed }) => Array.from({ length: removed.length }, (_, index) => at + index));
    const property = fc.property(threeTexts, ([before, after, onto]) => {
      const mine = editsBetween(before, after);
      const theirs = editsBetween(before, onto);
      const gone = new Set([...unitsOf(mine), ...unitsOf(theirs)]);
      const least = before.length - gone.size;
      const added = [...mine, ...theirs].reduce((sum, edit) => sum + edit.added.length, 0);
      const result = reapply(before, after, onto);
      expect(result.length).toBeGreaterThanOrEqual(least);
      expect(result.length).toBeLessThanOrEqual(least + added);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("brings a megabyte together", () => {
    const before = Array.from({ length: 25_000 }, (_, line) => `line ${line} of a note that is rather long\n`).join("");
    const after = before.replaceAll(/line (\d*7) of/g, "row $1 of");
    const onto = before.replaceAll(/(\d*3) of a note/g, "$1 of our note");
    expect(reapply(before, after, onto) === after.replaceAll(/(\d*3) of a note/g, "$1 of our note")).toBe(true);
  });
});
