import { describe, expect, it } from "vitest";
import { authorWords, versionWhen } from "./history-words.ts";

const nowMs = new Date(2026, 10, 21, 10, 30).getTime();
const by = (...names: readonly (string | null)[]) => ({
  authors: names.map((name, at) => ({ principal: `user:${at}`, name })),
});

describe("a version", () => {
  it("says when it was", () => {
    expect(versionWhen(new Date(nowMs).toISOString(), nowMs)).toBe("just now");
    expect(versionWhen(new Date(2026, 10, 21, 9, 5).toISOString(), nowMs)).toMatch(/^today, /u);
    expect(versionWhen(new Date(2026, 10, 20, 9, 5).toISOString(), nowMs)).toMatch(/^yesterday, /u);
  });

  it.each([
    [null, by()],
    ["by Ana", by("Ana")],
    ["by Ana and Mo", by("Ana", "Mo")],
    ["by A, B, C, and 2 others", by("A", "B", "C", "D", null)],
    ["by a guest", by(null)],
    ["by 2 guests", by(null, null)],
  ])("says %s", (words, version) => {
    expect(authorWords(version)).toBe(words);
  });
});
