import { describe, expect, it } from "vitest";
import { choicesOf, offer, privately } from "./answers.ts";
import { noteTextOf, safeText, titledText } from "./chat-text.ts";

const author = { id: "1", username: "ana_s", global_name: "Ana" };

/** Direction overrides, isolates and marks, zero widths, controls. */
const HIDDEN = /[\u0000-\u0009\u000B-\u001F\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u;

describe("words in a message", () => {
  it.each([
    ["**bold** __x__ ~~y~~ `z` ||s||", "\\*\\*bold\\*\\* \\_\\_x\\_\\_ \\~\\~y\\~\\~ \\`z\\` \\|\\|s\\|\\|"],
    ["[free](https://evil.example)", "\\[free\\](https://evil.example)"],
    ["@everyone <@1> <#2> <:a:3> <t:1>", "\\@everyone \\<\\@1> \\<#2> \\<:a:3> \\<t:1>"],
    ["a\\", "a\\\\"],
    ["two\nlines\u2028three", "two lines three"],
  ])("[D72] %j show as they were written", (words, shown) => {
    expect(safeText(words, 200)).toBe(shown);
  });

  it("[D72] hold nothing that is not seen, nor more than they may", () => {
    const hostile = `\u202Egpj.exe\u202C\u200B\u200F\u0007 ${"x".repeat(10_000)}`;
    expect(safeText(hostile, 100)).not.toMatch(HIDDEN);
    expect(safeText(hostile, 100).length).toBeLessThanOrEqual(100);
    expect(safeText("\uD800".repeat(50), 10).isWellFormed()).toBe(true);
  });

  it("[D72] call nobody", () => {
    expect(privately("@everyone")).toEqual({ content: "@everyone", flags: 64, allowed_mentions: { parse: [] } });
  });
});

describe("a message as a note", () => {
  it("[D67] has its words and who wrote it", () => {
    expect(noteTextOf({ content: "- [ ] tea\r\n- [x] milk", author })).toBe(
      "- [ ] tea\n- [x] milk\n\n— Ana, in Discord\n",
    );
  });

  it("[D67] has names in the place of Discord's signs", () => {
    const mentions = [{ id: "22", username: "mo", global_name: "Mo" }];
    const content = "<@22> and <@!33> of <@&44> in <#55> <:tea:66> <a:run:77>";
    expect(noteTextOf({ content, author, mentions })).toMatch(/^@Mo and @somebody of @role in #channel :tea: :run:\n/);
  });

  it.each(["", " \n\t", "\u202E\u202C"])("[D67] is none where it has no words: %j", (content) => {
    expect(noteTextOf({ content, author })).toBeNull();
  });

  it("[D67] is limited, and hostile names are made safe", () => {
    const name = `[x](https://evil.example)\u202E<script>\n${"long ".repeat(1000)}`;
    const text = noteTextOf({ content: "y".repeat(10_000), author: { ...author, global_name: name } }) ?? "";
    expect(text.length).toBeLessThan(6200);
    expect(text).not.toMatch(HIDDEN);
    expect(text).not.toMatch(/[<>[\]]/);
    expect(text.split("\n")).toHaveLength(4);
  });
});

describe("a title", () => {
  it("begins the note, in one line", () => {
    expect(titledText(" Trip\nto \u202EKyoto ")).toBe("# Trip to Kyoto\n\n");
    expect(titledText(" \u200B ")).toBe("");
  });
});

describe("suggestions", () => {
  const noteId = "AAAAAAAAAAAAAAAAAAAAAA" as Parameters<typeof choicesOf>[0][number]["id"];

  it("[D68] are at most 25, each within Discord's limits", () => {
    const notes = Array.from({ length: 60 }, () => ({ id: noteId, title: `\u202E${"x".repeat(500)}` }));
    const answer = choicesOf(notes);
    if (answer.type !== 8) throw new Error("no choices");
    expect(answer.data.choices).toHaveLength(25);
    for (const { name, value } of answer.data.choices) {
      expect(name.length).toBeLessThanOrEqual(100);
      expect(name).not.toMatch(HIDDEN);
      expect(value).toBe(noteId);
    }
    expect(choicesOf([{ id: noteId, title: "" }])).toMatchObject({ data: { choices: [{ name: "Untitled note" }] } });
  });

  it("[D68] to choose from are buttons for one person", () => {
    const offered = offer(
      "Which?",
      Array.from({ length: 9 }, () => ({ id: noteId, title: "y".repeat(300) })),
    );
    if (offered.type !== 4 || !("components" in offered.data)) throw new Error("no buttons");
    const [{ components }] = offered.data.components;
    expect(components).toHaveLength(5);
    expect(components.every(({ label }) => label.length > 0 && label.length <= 80)).toBe(true);
    expect(offered.data).toMatchObject({ flags: 64, allowed_mentions: { parse: [] } });
  });
});
