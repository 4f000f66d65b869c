import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block } from "./block.ts";
import { blocksOf } from "./blocks.ts";
import { chunks } from "./chunk.ts";
import { clip } from "./clip.ts";
import { directionOf } from "./direction.ts";
import { linkify, safeLink } from "./link.ts";
import { BLOCK_DEPTH, PARSED_LENGTH } from "./limits.ts";
import { nextTask, taskProgress } from "./tasks.ts";
import { oneLine, visibleText } from "./visible.ts";

function depthOf(block: Block): number {
  if (block.type === "quote") return 1 + Math.max(0, ...block.blocks.map(depthOf));
  if (block.type === "list") return 1 + Math.max(0, ...block.items.flatMap((item) => item.blocks.map(depthOf)));
  return 1;
}

describe("clip", () => {
  it("keeps what fits and cuts between words otherwise", () => {
    expect(clip("one two", 7)).toBe("one two");
    expect(clip("one two three", 9)).toBe("one two…");
    expect(clip("one, two three", 8)).toBe("one…");
  });

  it("never splits a code point and never exceeds the limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), fc.integer({ min: 2, max: 40 }), (text, limit) => {
        const cut = clip(text, limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut.isWellFormed()).toBe(text.isWellFormed());
        expect(cut === text || text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });
});

describe("direction", () => {
  it("is that of the first letter", () => {
    expect(directionOf("1. ماء water")).toBe("rtl");
    expect(directionOf("water ماء")).toBe("ltr");
    expect(directionOf("漢字")).toBe("ltr");
    expect(directionOf("😀 12 —")).toBeNull();
  });
});

describe("links", () => {
  it("are followed for http, https and mailto only", () => {
    expect(safeLink("https://example.org/a?b#c")).toBe("https://example.org/a?b#c");
    expect(safeLink("mailto:ana@example.org")).toBe("mailto:ana@example.org");
    for (const address of [
      "javascript:alert(1)",
      "JaVaScRiPt://x",
      " https://a.b",
      "data:text/html,x",
      "//a.b",
      "/n/x",
      "https://",
      "http:\\\\a",
      "https://a\tb",
      `https://a/${"x".repeat(2000)}`,
    ]) {
      expect(safeLink(address)).toBeUndefined();
    }
  });

  it("are found in typed text without the punctuation after them", () => {
    expect(linkify("see https://a.b/c_(d), or (http://e.f).")).toEqual([
      { text: "see " },
      { text: "https://a.b/c_(d)", link: "https://a.b/c_(d)" },
      { text: ", or (" },
      { text: "http://e.f", link: "http://e.f" },
      { text: ")." },
    ]);
  });

  it("leave the text as it was", () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom("https://", "http://a.b", " ", ")", "(", ".", "é", "x"))
          .map((parts) => parts.join("")),
        (text) => {
          expect(
            linkify(text)
              .map((piece) => piece.text)
              .join(""),
          ).toBe(text);
        },
      ),
    );
  });
});

describe("task progress", () => {
  it("counts boxes at any depth, in quotes and numbered lists", () => {
    expect(taskProgress("- [ ] a\n    * [x] b\n1. [X] c\n> - [ ] d\n+ [x] e")).toEqual({ done: 3, total: 5 });
  });

  it("leaves out what is no task", () => {
    expect(taskProgress("- [] a\n- [ ]\n-[ ] b\n[ ] c\n- [y] d\ntext - [ ] e")).toEqual({ done: 0, total: 0 });
    expect(taskProgress("```\n- [ ] in code\n```\n- [ ] a\n~~~\n- [x] b")).toEqual({ done: 0, total: 1 });
  });

  it("counts beyond what is parsed", () => {
    expect(taskProgress("- [x] a\n".repeat(100_000))).toEqual({ done: 100_000, total: 100_000 });
  });
});

describe("the next task", () => {
  it.each([
    ["- [ ] a", 3, "a"],
    ["- [x] a\n> 1. [ ]  **b**  c\n- [ ] d", 14, "**b** c"],
    ["```\n- [ ] in code\n```\n\t* [ ] tea \u202E for two", 26, "tea for two"],
  ])("of %j has its box at %i", (text, at, words) => {
    expect(nextTask(text)).toEqual({ at, words });
    expect(text[at]).toBe(" ");
    const { done, total } = taskProgress(text);
    expect(taskProgress(`${text.slice(0, at)}x${text.slice(at + 1)}`)).toEqual({ done: done + 1, total });
  });

  it.each(["", "- [x] a", "[ ] no item", "- [ ]"])("of %j is none", (text) => {
    expect(nextTask(text)).toBeNull();
  });

  it("is told in few words, at no cost for a line that is 1 MB long", () => {
    const { words = "" } = nextTask(`- [ ] ${"long ".repeat(200_000)}`) ?? {};
    expect(words.length).toBeLessThanOrEqual(80);
  });
});

describe("blocks", () => {
  it("keep every word of a note that is longer than the parser sees", () => {
    const text = Array.from({ length: 9000 }, (_, index) => `word${index}`).join(" ");
    const shown = [...blocksOf(text)].flatMap((block) =>
      block.type === "paragraph" ? block.runs.map((run) => run.text) : [],
    );
    expect(text.length).toBeGreaterThan(PARSED_LENGTH);
    expect(shown.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });

  it("do not nest deeper than the limit", () => {
    const nested = `${"> ".repeat(8)}deep\n\n${Array.from({ length: 12 }, (_, index) => `${" ".repeat(index * 2)}- item`).join("\n")}`;
    for (const block of blocksOf(nested)) expect(depthOf(block)).toBeLessThanOrEqual(BLOCK_DEPTH + 1);
  });

  it("join numbered lists that the chunks cut", () => {
    const lists = [...blocksOf(Array.from({ length: 150 }, (_, index) => `${index + 1}. item`).join("\n"))];
    expect(lists.map((block) => (block.type === "list" ? block.start : 0))).toEqual([1, 65, 129]);
  });

  it("read code fences whole, blank lines and all", () => {
    expect([...blocksOf("a\n```ts\nlet b;\n\n# c\n```\nd")]).toEqual([
      { type: "paragraph", runs: [{ text: "a", marks: [] }] },
      { type: "code", language: "ts", text: "let b;\n\n# c" },
      { type: "paragraph", runs: [{ text: "d", marks: [] }] },
    ]);
  });

  it("give plain text for a passage that would cost the parser too much", () => {
    expect([...chunks("*_".repeat(300))]).toEqual([{ type: "plain", text: "*_".repeat(300) }]);
    expect([...chunks("fine\n\n*so*")].map((chunk) => chunk.type)).toEqual(["markdown"]);
  });
});

describe("visible text", () => {
  it("has no overrides, controls or lone surrogates", () => {
    expect(visibleText("a\u202Eb\u0000c\uD800d\te\nf\u2028g")).toBe("abc\uFFFDd e\nf g");
    expect(oneLine("  a \n\n b\u00A0c ")).toBe("a b c");
  });

  it("keeps joiners, variation selectors and a reasonable stack of marks", () => {
    expect(visibleText("👩‍👩‍👧 ❤️ נִקּוּד")).toBe("👩‍👩‍👧 ❤️ נִקּוּד");
    expect(visibleText(`e${"\u0301".repeat(50)}`)).toBe(`e${"\u0301".repeat(6)}`);
  });
});
