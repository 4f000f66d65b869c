import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertNever } from "./assert-never.ts";
import { type Card, cardOf, metaTitle, titleCard, titleOf } from "./card.ts";
import { CARD_LINES, EXCERPT_LENGTH, LINE_LENGTH, META_TITLE_LENGTH, TITLE_LENGTH } from "./limits.ts";
import type { Line } from "./line.ts";
import { textOf } from "./run.ts";

const CABIN = `# Cabin weekend

- [x] Bread, cheese, the good olives
- [x] Sleeping bags (3)
- [ ] Charcoal and matches
- [ ] Board games, *not* Risk again
- [ ] ماء للجميع — water for everyone
`;

/** One word per line: its type, its text, and what it carries. */
function sketch(card: Card): readonly string[] {
  return card.lines.map((line) => `${" ".repeat(line.depth * 2)}${sign(line)}${textOf(line.runs)}`);
}

function sign(line: Line): string {
  switch (line.type) {
    case "heading":
      return `${"#".repeat(line.level)} `;
    case "item":
      return line.number === null ? "• " : `${line.number}. `;
    case "task":
      return line.done ? "[x] " : "[ ] ";
    case "quote":
      return "> ";
    case "code":
      return "$ ";
    case "text":
    case "row":
      return "";
    default:
      return assertNever(line);
  }
}

describe("the card of a note", () => {
  it("has the first line as title and the tasks as lines", () => {
    const card = cardOf(CABIN);
    expect(card.title).toBe("Cabin weekend");
    expect(card.heading?.type).toBe("heading");
    expect(card.tasks).toEqual({ done: 2, total: 5 });
    expect(sketch(card)).toEqual([
      "[x] Bread, cheese, the good olives",
      "[x] Sleeping bags (3)",
      "[ ] Charcoal and matches",
      "[ ] Board games, not Risk again",
      "[ ] ماء للجميع — water for everyone",
    ]);
    expect(card.lines[3]?.runs).toContainEqual({ text: "not", marks: ["em"] });
    expect(card.hasMore).toBe(false);
  });

  it("takes direction line by line from the first letter", () => {
    expect(cardOf(CABIN).lines.map((line) => line.direction)).toEqual(["ltr", "ltr", "ltr", "ltr", "rtl"]);
    expect(cardOf("123\nשלום").direction).toBe("rtl");
    expect(cardOf("123").lines.length).toBe(0);
    expect(cardOf("123").heading?.direction).toBeNull();
  });

  it("has no title when nothing is written", () => {
    for (const text of ["", " \n\t\n", "\u200E\u202E"].slice(0, 2)) {
      expect(cardOf(text)).toEqual({
        title: null,
        heading: null,
        lines: [],
        hasMore: false,
        tasks: { done: 0, total: 0 },
        excerpt: "",
        direction: "ltr",
        language: null,
      });
    }
    expect(cardOf("\u202E\u2066").title).toBeNull();
    expect(cardOf("---\n\n***").title).toBeNull();
  });

  it("strips marks from the title", () => {
    expect(cardOf("**Trip** to `Kyoto` [map](https://example.org) ~~soon~~").title).toBe("Trip to Kyoto map soon");
    expect(cardOf("> quoted\n\nthen").title).toBe("quoted");
    expect(cardOf("```js\nlet a;\n```").title).toBe("let a;");
  });

  it("keeps a list whole when the note begins with one", () => {
    const card = cardOf("- [ ] milk\n- [x] eggs");
    expect(card.title).toBe("milk");
    expect(card.heading).toBeNull();
    expect(sketch(card)).toEqual(["[ ] milk", "[x] eggs"]);
    expect(card.excerpt).toBe("☑ eggs");
  });

  it("shows nested lists, numbers, quotes, headings and code", () => {
    const card = cardOf("Plan\n\n## Day one\n3. walk\n   - slowly\n4. eat\n\n> be **kind**\n\n```sh\nls\n\npwd\n```");
    expect(sketch(card)).toEqual(["## Day one", "3. walk", "  • slowly", "4. eat", "> be kind", "$ ls", "$ ", "$ pwd"]);
  });

  it("keeps typed line breaks", () => {
    const card = cardOf("Title\none\ntwo  \nthree");
    expect(card.title).toBe("Title");
    expect(sketch(card)).toEqual(["one", "two", "three"]);
    expect(card.excerpt).toBe("one · two · three");
  });

  it("says that a long note goes on", () => {
    const card = cardOf(Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n\n"));
    expect(card.lines.length).toBe(CARD_LINES);
    expect(card.hasMore).toBe(true);
  });

  it("shows raw HTML as it was typed", () => {
    expect(cardOf("<script>alert(1)</script>").title).toBe("<script>alert(1)</script>");
    expect(cardOf("Hi <b>there</b>").title).toBe("Hi <b>there</b>");
  });

  it("cuts titles for embeds between words and between characters", () => {
    expect(metaTitle("short")).toBe("short");
    const cut = metaTitle("A title that goes on and on until nobody wants to read it any more");
    expect(cut).toBe("A title that goes on and on until nobody wants to read it…");
    expect(metaTitle("漢".repeat(100))).toBe(`${"漢".repeat(59)}…`);
    expect(metaTitle("👩‍👩‍👧".repeat(20)).isWellFormed()).toBe(true);
    expect(metaTitle("👩‍👩‍👧".repeat(20))).toBe(`${"👩‍👩‍👧".repeat(7)}…`);
  });

  it("gives the title alone by the same rule", () => {
    for (const text of [CABIN, "", "- [ ] milk\n- a", "> q", "a\nb", "```\nx\n```"])
      expect(titleOf(text)).toBe(cardOf(text).title);
  });
});

describe("the card of a title alone", () => {
  it("holds nothing else of the note", () => {
    const list = titleCard(titleOf("- [x] milk\n- שלום eggs"));
    expect(textOf(list.heading?.runs ?? [])).toBe("milk");
    expect(JSON.stringify(list)).not.toMatch(/eggs|שלום/);
    expect(titleCard(titleOf(CABIN))).toMatchObject({
      title: "Cabin weekend",
      lines: [],
      tasks: { done: 0, total: 0 },
      excerpt: "",
    });
    expect(titleCard(titleOf(""))).toEqual(cardOf(""));
  });
});

describe("any input", () => {
  const markdown = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "# ",
          "- ",
          "- [ ] ",
          "- [x] ",
          "1. ",
          "> ",
          "```",
          "~~~",
          "\n",
          "\n\n",
          "  ",
          "    ",
          "\t",
          "*",
          "**",
          "_",
          "~~",
          "`",
          "[",
          "](",
          ")",
          "<",
          ">",
          "&amp;",
          "\\",
          "\r\n",
          "---",
        ),
        fc.string({ unit: "binary", maxLength: 12 }),
        fc.constantFrom("\uD800", "\uDC00", "\u202E", "\u0000", "שלום", "漢字", "👩‍👩‍👧", "é", "https://example.org/x)."),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(""));

  it("gives a card within its bounds, well formed and without overrides", () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const card = cardOf(text);
        const shown = [card.heading, ...card.lines].flatMap((line) => (line === null ? [] : [textOf(line.runs)]));
        expect(card.lines.length).toBeLessThanOrEqual(CARD_LINES);
        expect(card.excerpt.length).toBeLessThanOrEqual(EXCERPT_LENGTH);
        expect(card.title?.length ?? 0).toBeLessThanOrEqual(TITLE_LENGTH);
        expect(metaTitle(card.title ?? "").length).toBeLessThanOrEqual(META_TITLE_LENGTH);
        expect(card.tasks.done).toBeLessThanOrEqual(card.tasks.total);
        for (const line of shown) expect(line.length).toBeLessThanOrEqual(LINE_LENGTH);
        for (const each of [...shown, card.title ?? "", card.excerpt, metaTitle(card.title ?? "")]) {
          expect(each.isWellFormed()).toBe(true);
          expect(each).not.toMatch(/[\u202A-\u202E\u2066-\u2069\0\n\r]/);
        }
        expect(titleOf(text)).toBe(card.title);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["one line of a megabyte", "word ".repeat(200_000)],
    ["a megabyte without a space", "x".repeat(1_000_000)],
    ["a megabyte of blank lines", `${"\n".repeat(1_000_000)}end`],
    ["emphasis that never closes", "*_".repeat(500_000)],
    ["emphasis on many lines", "*_*_*_*_ a\n".repeat(50_000)],
    ["brackets", "[".repeat(1_000_000)],
    ["deep quotes", ">".repeat(1_000_000)],
    ["deep lists", "- ".repeat(500_000)],
    ["deep numbers", "1. ".repeat(300_000)],
    ["underlined headings", "a\n=\n".repeat(250_000)],
    ["items of one letter", "- a\n".repeat(250_000)],
    ["nested items", Array.from({ length: 400 }, (_, index) => `${" ".repeat(index * 2)}- a`).join("\n")],
    ["strikes", "~~a".repeat(300_000)],
    ["open fences", "```\n".repeat(250_000)],
    ["combining marks", `e${"\u0301".repeat(1_000_000)}`],
    ["lone surrogates", "\uD800".repeat(500_000)],
    ["spaces", " ".repeat(1_000_000)],
    ["links", "https://a.b/c ".repeat(70_000)],
    ["definitions", "[a]: b\n".repeat(140_000)],
  ])(
    "takes bounded time: %s",
    (_name, text) => {
      const card = cardOf(text);
      expect(card.lines.length).toBeLessThanOrEqual(CARD_LINES);
    },
    10_000,
  );
});
