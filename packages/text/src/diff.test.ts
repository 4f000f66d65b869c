import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffTexts } from "./diff.ts";
import { editsBetween } from "./edits.ts";
import { anyText, textAndEdited } from "./generators.test-support.ts";
import type { Piece } from "./piece.ts";
import { type Budget, diffTokens } from "./token-diff.ts";

/** A diff as a line of text: [-removed-]{+added+}. */
function shown(before: string, after: string): string {
  const marks = { same: ["", ""], removed: ["[-", "-]"], added: ["{+", "+}"] } as const;
  return diffTexts(before, after)
    .map(({ type, text }) => marks[type][0] + text + marks[type][1])
    .join("");
}

function sideOf(pieces: readonly Piece[], without: "removed" | "added"): string {
  return pieces
    .filter(({ type }) => type !== without)
    .map(({ text }) => text)
    .join("");
}

describe("the difference of two texts", () => {
  it.each<[string, string, string]>([
    ["", "", ""],
    ["", "new", "{+new+}"],
    ["old", "", "[-old-]"],
    ["same\n", "same\n", "same\n"],
    ["# Cabin\n", "# Cabin trip\n", "# Cabin{+ trip+}\n"],
    ["- [ ] Bread\n- [ ] Milk\n", "- [x] Bread\n- [ ] Milk\n", "- [[- -]{+x+}] Bread\n- [ ] Milk\n"],
    ["a\nb\nc\n", "a\nc\n", "a\n[-b\n-]c\n"],
    ["a colour", "a color", "a [-colour-]{+color+}"],
    ["the quick brown fox", "the slow red fox", "the [-quick brown-]{+slow red+} fox"],
    ["one\ntwo\n", "eins\nzwei\n", "[-one-]{+eins+}\n[-two-]{+zwei+}\n"],
    ["漢字テスト", "漢語テスト", "漢[-字-]{+語+}テスト"],
    ["I am 😀 now", "I am 😁 now", "I am [-😀-]{+😁+} now"],
    ["👩‍👩‍👧", "👨‍👩‍👧", "[-👩‍👩‍👧-]{+👨‍👩‍👧+}"],
  ])("of %j and %j is %j", (before, after, pieces) => {
    expect(shown(before, after)).toBe(pieces);
  });

  it("makes up both texts, in least form, and cuts no surrogate pair", () => {
    const property = fc.property(fc.oneof(fc.tuple(anyText, anyText), textAndEdited), ([before, after]) => {
      const pieces = diffTexts(before, after);
      expect(sideOf(pieces, "added")).toBe(before);
      expect(sideOf(pieces, "removed")).toBe(after);
      for (const [index, { type, text }] of pieces.entries()) {
        expect(text).not.toBe("");
        expect(text.isWellFormed()).toBe(true);
        expect(pieces[index + 1]?.type).not.toBe(type);
        if (type === "added") expect(pieces[index + 1]?.type).not.toBe("removed");
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it("as edits makes the one text of the other, and each edit is well formed and needed from its first to its last unit", () => {
    const property = fc.property(fc.oneof(fc.tuple(anyText, anyText), textAndEdited), ([before, after]) => {
      let made = "";
      let from = 0;
      for (const { at, removed, added } of editsBetween(before, after)) {
        expect(before.startsWith(removed, at)).toBe(true);
        expect(removed.isWellFormed() && added.isWellFormed()).toBe(true);
        expect(removed).not.toBe(added);
        expect([...removed][0]).not.toBe([...added][0]);
        expect([...removed].at(-1)).not.toBe([...added].at(-1));
        made += before.slice(from, at) + added;
        from = at + removed.length;
      }
      expect(made + before.slice(from)).toBe(after);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

describe("the budget of a comparison", () => {
  const numbered = (count: number, word: string): string =>
    Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");

  it("is never overdrawn, whatever the tokens", () => {
    const tokens = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 60 });
    const property = fc.property(tokens, tokens, fc.nat(20_000), (before, after, steps) => {
      const budget: Budget = { steps };
      const pieces = diffTokens(before, after, budget);
      expect(budget.steps).toBeGreaterThanOrEqual(0);
      expect(sideOf(pieces, "added")).toBe(before.join(""));
      expect(sideOf(pieces, "removed")).toBe(after.join(""));
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it("that is empty leaves the common beginning and end, and the tokens that both have once", () => {
    const [before, after] = ["a x x once y z", "a v once w w z"].map((text) => text.split(/(?= )/));
    const pieces = diffTokens(before!, after!, { steps: 0 });
    const same = pieces.filter(({ type }) => type === "same").map(({ text }) => text);
    expect(same.join("")).toBe("a once z");
  });

  it("is enough for texts of a megabyte that have lines in common, however many changed", () => {
    const line = (index: number): string => (index % 3 === 0 ? `changing line\n` : `line number ${index} that stays\n`);
    const before = Array.from({ length: 50_000 }, (_, index) => line(index)).join("");
    const after = before.replaceAll("changing line", "changed line");
    const kept = diffTexts(before, after).filter(({ type }) => type === "same");
    expect(before.length).toBeGreaterThan(1_000_000);
    expect(sideOf(kept, "added") === before.replaceAll("changing", "")).toBe(true);
  });

  it.each<[string, string, string]>([
    ["that have nothing in common", numbered(150_000, "x"), numbered(150_000, "y")],
    ["of one line without a space", "a".repeat(1_000_000), "b".repeat(999_999)],
    ["of one line of marks", ".,".repeat(500_000), ".,;".repeat(333_333)],
    ["of empty lines", "\n".repeat(1_000_000), "a\n".repeat(500_000)],
    ["of short lines", "a\nb\n".repeat(250_000), "b\nc\na\n".repeat(160_000)],
    ["of emoji", "😀😁".repeat(250_000), "😁😂😀".repeat(166_000)],
  ])("ends for texts of a megabyte %s", (_what, before, after) => {
    const pieces = diffTexts(before, after);
    expect(sideOf(pieces, "added") === before).toBe(true);
    expect(sideOf(pieces, "removed") === after).toBe(true);
  });
});
