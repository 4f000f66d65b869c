import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EditorOptions } from "./editor.ts";
import { openEditor } from "./editor.test-support.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the text of the editor", () => {
  it("is the note's text, both ways", () => {
    const { theirs, ours, view, type } = openEditor("Packing");
    type("!");
    theirs.insert(0, "Our ");
    expect([theirs.toString(), ours.toString(), view.state.doc.toString()]).toEqual(
      Array.from({ length: 3 }, () => "Our Packing!"),
    );
  });

  it("takes line ends and broken characters in as the log allows them", () => {
    const { ours, type } = openEditor("");
    type("a\r\nb\rc\ud800");
    expect(ours.toString()).toBe("a\nb\nc\ufffd");
  });

  it("is a multi-line textbox named Note that helps with spelling", () => {
    const { content } = openEditor("x");
    const attributes = ["role", "aria-label", "aria-multiline", "spellcheck", "autocapitalize", "autocorrect"].map(
      (name) => content.getAttribute(name),
    );
    expect(attributes).toEqual(["textbox", "Note", "true", "true", "sentences", "on"]);
  });

  it("gives each line its own direction", () => {
    const { content } = openEditor("one\nماء");
    expect([...content.querySelectorAll(".cm-line")].map((line) => line.getAttribute("dir"))).toEqual(["auto", "auto"]);
  });
});

describe("undo", () => {
  it("takes back one's own edits only, and puts them back", () => {
    const { editor, theirs, ours, type } = openEditor("Packing");
    type(" list");
    theirs.insert(0, "Our ");
    editor.undo();
    expect(ours.toString()).toBe("Our Packing");
    expect(editor.snapshot()).toMatchObject({ canUndo: false, canRedo: true });
    editor.redo();
    expect(ours.toString()).toBe("Our Packing list");
  });

  it("goes by Ctrl+Z and Ctrl+Shift+Z, also with Caps Lock on", () => {
    const { ours, type, press } = openEditor("a");
    type("b");
    press("z", { ctrlKey: true });
    expect(ours.toString()).toBe("a");
    press("z", { ctrlKey: true, shiftKey: true });
    expect(ours.toString()).toBe("ab");
  });

  it("does nothing once the note is read-only", () => {
    const { editor, ours, type, press } = openEditor("a");
    type("b");
    editor.setReadOnly(true);
    editor.undo();
    press("z", { ctrlKey: true });
    expect(ours.toString()).toBe("ab");
  });
});

describe("task boxes", () => {
  it("tick and untick by a click, named by their words", () => {
    const { ours, boxes } = openEditor("- [ ] tent\n- [x] peg");
    expect(boxes().map((box) => [box.getAttribute("aria-label"), box.getAttribute("aria-checked")])).toEqual([
      ["tent", "false"],
      ["peg", "true"],
    ]);
    boxes()[0]?.click();
    boxes()[1]?.click();
    expect(ours.toString()).toBe("- [x] tent\n- [ ] peg");
    expect(boxes().map((box) => box.getAttribute("aria-checked"))).toEqual(["true", "false"]);
  });

  it("can't be ticked by a reader", () => {
    const { ours, boxes } = openEditor("- [ ] tent", { isReadOnly: true });
    boxes()[0]?.click();
    expect([ours.toString(), boxes()[0]?.getAttribute("aria-disabled")]).toEqual(["- [ ] tent", "true"]);
  });

  it("are no boxes inside code", () => {
    const { boxes } = openEditor("```\n- [ ] tent\n```");
    expect(boxes()).toEqual([]);
  });

  it("keep their element when their words change", () => {
    const { boxes, type } = openEditor("- [ ] tent");
    const [before] = boxes();
    type("s", 10);
    expect(boxes()[0]).toBe(before);
    expect(before?.getAttribute("aria-label")).toBe("tents");
  });

  it("keep the caret among the words", () => {
    const { view, caretAt } = openEditor("up\n- [ ] tent");
    caretAt(3);
    expect(view.state.selection.main.head).toBe(9);
    caretAt(8);
    expect(view.state.selection.main.head).toBe(2);
  });
});

describe("reading and writing", () => {
  it("opens a note that is not empty for reading on a phone, and writes where it is tapped", () => {
    const { content } = openEditor("Packing", { readsFirst: true });
    expect(content.getAttribute("contenteditable")).toBe("false");
    content.click();
    expect(content.getAttribute("contenteditable")).toBe("true");
  });

  it("opens an empty note for writing", () => {
    expect(openEditor("", { readsFirst: true }).content.getAttribute("contenteditable")).toBe("true");
  });

  it("never becomes writable for a reader", () => {
    const { content } = openEditor("Packing", { readsFirst: true, isReadOnly: true });
    content.click();
    expect([content.getAttribute("contenteditable"), content.getAttribute("aria-readonly"), content.tabIndex]).toEqual([
      "false",
      "true",
      0,
    ]);
  });
});

describe("links", () => {
  it("open by a click where nobody writes, through the host", () => {
    const openLink = vi.fn<EditorOptions["openLink"]>();
    const { parent } = openEditor("see [the map](https://example.org/map)", { openLink });
    const link = parent.querySelector<HTMLAnchorElement>("a.reed-link");
    link?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
    const click = new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 });
    link?.dispatchEvent(click);
    expect(openLink).toHaveBeenCalledWith("https://example.org/map");
    expect([link?.textContent, click.defaultPrevented]).toEqual(["the map", true]);
  });

  it("are made of nothing that runs", () => {
    const { parent } = openEditor("[x](javascript:alert(1)) [y](data:text/html,z)");
    expect(parent.querySelector("a")).toBeNull();
  });
});

describe("one's own caret", () => {
  it("is reported at most every 100 ms, and taken back at the end", () => {
    const onCursor = vi.fn<EditorOptions["onCursor"]>();
    const { editor, view, caretAt } = openEditor("Packing", { onCursor });
    // happy-dom says that the selection has changed while CodeMirror is still setting it.
    vi.spyOn(Selection.prototype, "collapse").mockReturnValue(undefined);
    vi.spyOn(view, "hasFocus", "get").mockReturnValue(true);
    for (let at = 0; at < 5; at += 1) caretAt(at);
    vi.advanceTimersByTime(100);
    expect(onCursor).toHaveBeenCalledTimes(1);
    editor.destroy();
    expect(onCursor).toHaveBeenLastCalledWith(null);
  });
});
