import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openEditor } from "./editor.test-support.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("other people's carets", () => {
  it("show a caret with a name, and what is selected", () => {
    const { editor, parent, carets, cursor } = openEditor("Charcoal and matches");
    editor.setCursors([cursor("Sam", 13, 20)]);
    expect(carets().map((caret) => [caret.textContent, caret.getAttribute("aria-hidden")])).toEqual([["Sam", "true"]]);
    expect(parent.querySelector(".reed-selected")?.textContent).toBe("matches");
  });

  it("let a name be text and a colour be a colour", () => {
    const { editor, parent, carets, cursor } = openEditor("Charcoal");
    editor.setCursors([
      {
        ...cursor("Eve", 0, 4),
        name: "<img src=x onerror=alert(1)>",
        color: "red; background: url(https://example.org)",
      },
    ]);
    expect(parent.querySelector("img[src]")).toBeNull();
    expect(carets()[0]?.textContent).toBe("<img src=x onerror=alert(1)>".slice(0, 32));
    expect(carets()[0]?.style.getPropertyValue("--reed-person")).toBe("#5e6863");
    expect(parent.querySelector(".reed-selected")?.getAttribute("style")).toMatch(/^--reed-person: #5e6863;?$/u);
  });

  it("keep their element while others type", () => {
    const { editor, carets, cursor, type, theirs } = openEditor("Charcoal and matches");
    editor.setCursors([cursor("Sam", 20)]);
    const [before] = carets();
    type("Dry ", 0);
    theirs.insert(0, "Very ");
    expect(carets()[0]).toBe(before);
  });

  it("cause no update when nobody has moved", () => {
    const { editor, view, cursor } = openEditor("Charcoal and matches");
    const [sam, mo] = [cursor("Sam", 3), cursor("Mo", 5)];
    editor.setCursors([sam, mo]);
    const dispatch = vi.spyOn(view, "dispatch");
    editor.setCursors([{ ...sam, head: sam.head.slice() }, mo]);
    expect(dispatch).not.toHaveBeenCalled();
    editor.setCursors([sam]);
    expect(dispatch).toHaveBeenCalledTimes(1);
  });

  it("show their flag when they move, and lower it when they rest", () => {
    const { editor, carets, cursor } = openEditor("Charcoal and matches");
    const isRaised = () => carets().map((caret) => caret.classList.contains("reed-caret-fresh"));
    editor.setCursors([cursor("Sam", 3), cursor("Mo", 5)]);
    expect(isRaised()).toEqual([true, true]);
    vi.advanceTimersByTime(2400);
    editor.setCursors([cursor("Sam", 4), cursor("Mo", 5)]);
    vi.advanceTimersByTime(200);
    expect(isRaised()).toEqual([true, false]);
    vi.advanceTimersByTime(2500);
    expect(isRaised()).toEqual([false, false]);
  });

  it("wait for the text that they stand in", async () => {
    const { editor, carets, cursor, theirs, network } = openEditor("one");
    network.cut();
    theirs.insert(3, " two");
    editor.setCursors([cursor("Sam", 5)]);
    expect(carets()).toEqual([]);
    network.heal();
    await Promise.resolve();
    expect(carets()).toHaveLength(1);
  });

  it("are not drawn for bytes that are no position", () => {
    const { editor, carets, cursor } = openEditor("one");
    editor.setCursors([{ ...cursor("Eve", 1), head: Uint8Array.of(255, 255, 255, 255, 255, 255, 255) }]);
    expect(carets()).toEqual([]);
  });

  it("are drawn in the viewport only", () => {
    const { editor, carets, cursor } = openEditor(Array.from({ length: 4000 }, (_, at) => `line ${at}`).join("\n"));
    editor.setCursors([cursor("Sam", 3), cursor("Mo", 38_000)]);
    expect(carets().map((caret) => caret.textContent)).toEqual(["Sam"]);
  });
});
