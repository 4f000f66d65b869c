import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, editsAllowed, isNear } from "./distance.ts";
import { fold } from "./fold.ts";
import { excerptAt, firstMatch, matchOf } from "./highlight.ts";
import { parseQuery, type QueryTerm } from "./query.ts";
import { termsOf } from "./terms.ts";

const texts = (text: string): readonly string[] => [...termsOf(text)].map((term) => term.text);

function only(query: string): QueryTerm {
  const [term] = parseQuery(query);
  if (term === undefined) throw new Error("no term");
  return term;
}

describe("folding", () => {
  it("[K5] takes case, accents, pointing and forms of letters for the same, in any script", () => {
    for (const [typed, kept] of [
      ["cafe", "Café"],
      ["strasse", "Straße"],
      ["istanbul", "İSTANBUL"],
      ["елка", "Ёлка"],
      ["σοφος", "Σοφός"],
      ["שלומ", "שָׁלוֹם"],
      ["احمد", "أَحْمَد"],
      ["کتاب", "كتاب"],
      ["फ़्रांस", "फ्रांस"],
      ["らーめん", "ラーメン"],
      ["tokyo", "ＴＯＫＹＯ"],
    ] as const)
      expect(fold(typed)).toBe(fold(kept));
    expect(fold("किताब")).not.toBe(fold("कताब"));
  });

  it("[K5] is the same folded again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe("terms", () => {
  it("[K5] are words where words have spaces, and pairs of characters where they don't", () => {
    expect(texts("Don't panic: 42 times!")).toEqual(["don", "t", "panic", "42", "times"]);
    expect(texts("मीटिंग नोट्स")).toEqual(["मीटिंग", "नोट्स"]);
    expect(texts("会议记录")).toEqual(["会议", "议记", "记录", "录"]);
    expect(texts("東京Tower")).toEqual(["東京", "京", "tower"]);
    expect(texts("서울 여행")).toEqual(["서울", "울", "여행", "행"]);
    expect(texts("tea 🍵 time")).toEqual(["tea", "🍵", "time"]);
    expect(texts(" \u0301 --- \ufe74")).toEqual([]);
    expect(texts("\u2474 \ufdfa")).toEqual(["1", "صلياللهعليهوسلم"]);
  });

  it("[K5] stand where they say, for any text, and are bounded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        for (const term of termsOf(text)) {
          expect(term.text).not.toMatch(/[\s!-/:-@[-`{-~]/);
          const said = fold(text.slice(term.start, term.end)).replaceAll(/[\s!-/:-@[-`{-~]/g, "");
          expect(said.startsWith(term.text)).toBe(true);
        }
      }),
    );
    expect(texts("x".repeat(5000))).toEqual(["x".repeat(48)]);
  });
});

describe("a question", () => {
  it("[K5] ends in what is still being typed, and knows its runs", () => {
    expect(parseQuery("green te").map(({ text, isPrefix }) => [text, isPrefix])).toEqual([
      ["green", false],
      ["te", true],
    ]);
    expect(parseQuery("green tea ").map(({ isPrefix }) => isPrefix)).toEqual([false, false]);
    expect(parseQuery("会议记录 法国").map(({ text, run }) => [text, run])).toEqual([
      ["会议", 1],
      ["议记", 1],
      ["记录", 1],
      ["法国", 2],
    ]);
    expect(parseQuery("会").map(({ text, isPrefix }) => [text, isPrefix])).toEqual([["会", true]]);
    expect(parseQuery('"*" AND ( ^ : - ')).toMatchObject([{ text: "and" }]);
    expect(parseQuery("a b c d e f g h i j k l m n")).toHaveLength(12);
  });
});

describe("distance", () => {
  it("[K5] counts letters too many, too few, wrong, and swapped", () => {
    expect(editDistance("recipe", "recipe", 1)).toBe(0);
    for (const slip of ["recpe", "reciipe", "recipa", "recpie"]) expect(editDistance("recipe", slip, 1)).toBe(1);
    expect(editDistance("recipe", "repice", 1)).toBe(2);
    expect(editDistance("recipe", "tea", 1)).toBe(2);
    expect([3, 4, 8, 9].map(editsAllowed)).toEqual([0, 1, 1, 2]);
    expect([isNear("reci", "recip", 1), isNear("tea", "teas", 1)]).toEqual([true, false]);
  });

  it("[K5] is the same from both ends, and never more than one for one edit", () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcd"), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b, 9)).toBe(editDistance(b, a, 9));
      }),
    );
    fc.assert(
      fc.property(word, fc.nat(8), (text, at) => {
        const cut = text.slice(0, at) + text.slice(at + 1);
        expect(editDistance(text, cut, 3)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("an excerpt", () => {
  it("[K5] shows the match as it stands in the text, with words around it", () => {
    const text = `${"before ".repeat(20)}Café\n  and ${"after ".repeat(30)}`;
    const span = firstMatch(text, (term) => term === "cafe");
    const excerpt = excerptAt(text, span ?? { start: 0, end: 0 });
    expect(excerpt.match).toBe("Café");
    expect(excerpt.before).toMatch(/^(before )+$/);
    expect(excerpt.after).toMatch(/^ and (after ?)+$/);
    expect(excerpt.before.length).toBeLessThanOrEqual(40);
    const pairs = firstMatch("今天的会议记录在此", (term) => ["会议", "议记", "记录"].includes(term));
    expect("今天的会议记录在此".slice(pairs?.start, pairs?.end)).toBe("会议记录");
  });

  it("[K5] tells how well a term is meant", () => {
    expect(["tea", "teapot", "steam", "toast"].map((term) => matchOf(term, only("tea")))).toEqual([0, 0.2, 0.5, null]);
    expect(matchOf("recipe", only("recpie "))).toBe(1);
    expect(matchOf("tea", only("tee "))).toBeNull();
  });
});
