import { describe, expect, it } from "vitest";
import { shownState } from "./card-state.ts";

const ANSWER = { text: "# Tea\n\ngreen", modifiedAtMs: 1 };
const LOOK = { color: null, icon: null, tags: [], locked: false };

function stateAt(preview: string | null): string {
  return shownState(ANSWER, { ...LOOK, preview }, []).state;
}

describe("the preview level", () => {
  it("[CA3] is content where none was chosen", () => {
    expect([null, "content"].map(stateAt)).toEqual(["content", "content"]);
  });

  it("[CA3] shows the title, or nothing", () => {
    expect(["title", "nothing"].map(stateAt)).toEqual(["title", "restricted"]);
  });

  it("[CA4] shows nothing where it is not known", () => {
    for (const preview of ["summary", "", "Content"])
      expect(shownState(ANSWER, { ...LOOK, preview }, [])).toEqual({ state: "restricted" });
  });
});
