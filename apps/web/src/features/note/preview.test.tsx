import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { PreviewPane } from "./PreviewPane.tsx";
import { previewOf } from "./preview.ts";

describe("the preview of a note", () => {
  it.each([
    ["# Groceries\n\n- milk\n", "Groceries", "\n- milk\n"],
    ["\n \n### Deep\nmore", "Deep", "more"],
    ["#tag first\n# second", "#tag first", "# second"],
    ["one line", "one line", ""],
    ["  \n\n", "", ""],
    ["", "", ""],
    ["#\nx", "#", "x"],
  ])("of %j has the title %j", (text, title, rest) => {
    expect(previewOf(text)).toEqual({ title, rest });
  });

  it("is no longer than anybody reads, and cuts no character in two", () => {
    const { title, rest } = previewOf(`t\n${"x".repeat(19_997)}😀 and a megabyte more`);
    expect([title, rest.length, rest.isWellFormed(), rest.at(-1)]).toEqual(["t", 19_998, true, "\uFFFD"]);
  });

  it("is a place of its own name, with nothing to type into", () => {
    const html = renderToStaticMarkup(<PreviewPane text={"# <b>Tea</b>\n- milk"} />);
    expect(html).toContain('aria-label="Note, loading"');
    expect(html).toContain("&lt;b&gt;Tea&lt;/b&gt;</p>- milk");
    expect(html).not.toMatch(/textbox|contenteditable/u);
  });
});
