import { describe, expect, it } from "vitest";
import { isOrdered, parseListLine } from "./list-line.ts";

describe("list lines", () => {
  it("knows bullets, numbers and tasks", () => {
    expect(parseListLine("- tent")).toEqual({ indent: 0, marker: "-", markerEnd: 2, contentStart: 2, task: null });
    expect(parseListLine("  12. tent")).toEqual({
      indent: 2,
      marker: "12.",
      markerEnd: 6,
      contentStart: 6,
      task: null,
    });
    expect(parseListLine("- [ ] tent")).toEqual({
      indent: 0,
      marker: "-",
      markerEnd: 2,
      contentStart: 6,
      task: { isDone: false, tickAt: 3 },
    });
    expect(parseListLine("\t* [X] tent")?.task).toEqual({ isDone: true, tickAt: 4 });
  });

  it("takes a box at the end of the line, and none that touches words", () => {
    expect(parseListLine("- [ ]")?.task).toEqual({ isDone: false, tickAt: 3 });
    expect(parseListLine("- [x](https://example.org)")?.task).toBeNull();
  });

  it.each(["tent", "-tent", "- ".trim(), "1 tent", "**bold**", "--- "])("takes %o for plain words", (text) => {
    expect(parseListLine(text)).toBeNull();
  });

  it("tells numbers from bullets", () => {
    expect(
      ["1. a", "2) b", "- c"].map((text) =>
        isOrdered(parseListLine(text) ?? { indent: 0, marker: "-", markerEnd: 0, contentStart: 0, task: null }),
      ),
    ).toEqual([true, true, false]);
  });
});
