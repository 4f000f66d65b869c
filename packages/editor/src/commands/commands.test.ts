import { EditorSelection, EditorState, type StateCommand } from "@codemirror/state";
import { ensureSyntaxTree } from "@codemirror/language";
import { describe, expect, it } from "vitest";
import { linkPaste } from "../extensions/paste-link.ts";
import { noteMarkdown } from "../extensions/markdown.ts";
import { formatCommands, formatsAt } from "./format.ts";
import { continueList, indentItem, outdentItem, removeMarker } from "./lists.ts";
import { tickTasks } from "./tasks.ts";

/** "|" is the caret; two of them are the ends of a selection. */
function stateOf(marked: string, isReadOnly = false): EditorState {
  const [before = "", ...rest] = marked.split("|");
  const anchor = before.length;
  const head = rest.length > 1 ? anchor + (rest[0]?.length ?? 0) : anchor;
  const state = EditorState.create({
    doc: before + rest.join(""),
    selection: EditorSelection.single(anchor, head),
    extensions: [noteMarkdown(), EditorState.readOnly.of(isReadOnly)],
  });
  ensureSyntaxTree(state, state.doc.length, 5000);
  return state;
}

function withMarks(state: EditorState): string {
  const { from, to, empty } = state.selection.main;
  const text = state.doc.toString();
  return empty
    ? `${text.slice(0, from)}|${text.slice(from)}`
    : `${text.slice(0, from)}|${text.slice(from, to)}|${text.slice(to)}`;
}

function run(command: StateCommand, before: string): string {
  let state = stateOf(before);
  command({
    state,
    dispatch: (transaction) => {
      state = transaction.state;
    },
  });
  return withMarks(state);
}

describe("bold and italic", () => {
  it.each([
    ["some |words|", "some **|words|**"],
    ["some **|words|**", "some |words|"],
    ["some **wo|rds**", "some wo|rds"],
    ["some wo|rds", "some **wo|rds**"],
    ["| words |", "| **words** |"],
    ["- [ ] |one\n- [ ] two|", "- [ ] **|one**\n- [ ] **two|**"],
    ["a |", "a **|**"],
  ])("bold makes %o into %o", (before, after) => {
    expect(run(formatCommands.bold, before)).toBe(after);
  });

  it("can lie inside one another", () => {
    expect(run(formatCommands.italic, "**|words|**")).toBe("***|words|***");
    expect(formatsAt(stateOf("***wo|rds***"))).toEqual(["bold", "italic"]);
  });
});

describe("what a line is", () => {
  it.each([
    ["te|nt", "- [ ] te|nt"],
    ["- te|nt", "- [ ] te|nt"],
    ["- [x] te|nt", "te|nt"],
    ["|one\n\ntwo|", "- [ ] |one\n\n- [ ] two|"],
    ["|", "- [ ] |"],
  ])("task makes %o into %o", (before, after) => {
    expect(run(formatCommands.task, before)).toBe(after);
  });

  it.each([
    ["te|nt", "- te|nt"],
    ["- te|nt", "te|nt"],
    ["- [ ] te|nt", "- te|nt"],
    ["1. te|nt", "te|nt"],
  ])("list makes %o into %o", (before, after) => {
    expect(run(formatCommands.list, before)).toBe(after);
  });

  it.each([
    ["te|nt", "## te|nt"],
    ["## te|nt", "te|nt"],
    ["- te|nt", "## te|nt"],
  ])("heading makes %o into %o", (before, after) => {
    expect(run(formatCommands.heading, before)).toBe(after);
  });

  it("is left alone in a note that is only read", () => {
    const state = stateOf("te|nt", true);
    expect(formatCommands.task({ state, dispatch: () => expect.unreachable() })).toBe(false);
  });
});

describe("inside lists", () => {
  it.each([
    ["- [x] tent|", "- [x] tent\n- [ ] |"],
    ["- tent|", "- tent\n- |"],
    ["1. tent|", "1. tent\n2. |"],
    ["- tent\n- |", "- tent\n|"],
    ["- [ ] tent\n- [ ] |", "- [ ] tent\n|"],
  ])("Enter makes %o into %o", (before, after) => {
    expect(run(continueList, before)).toBe(after);
  });

  it.each([
    ["- |tent", "|tent"],
    ["- [ ] |tent", "|tent"],
    ["|- [ ] tent", "|tent"],
    ["- a\n  - |tent", "- a\n- |tent"],
    ["- te|nt", "- te|nt"],
  ])("Backspace makes %o into %o", (before, after) => {
    expect(run(removeMarker, before)).toBe(after);
  });

  it.each([
    ["- a\n- b|", "- a\n  - b|"],
    ["1. a\n- b|", "1. a\n   - b|"],
    ["- b|", "- b|"],
    ["- a\n  - b|", "- a\n  - b|"],
    ["- a\n  - b\n- c|", "- a\n  - b\n  - c|"],
  ])("Tab makes %o into %o", (before, after) => {
    expect(run(indentItem, before)).toBe(after);
  });

  it("Shift-Tab goes back to the parent's level", () => {
    expect(run(outdentItem, "- a\n   - b|")).toBe("- a\n- b|");
  });

  it("Tab outside of a list is the browser's", () => {
    expect(indentItem({ state: stateOf("a|"), dispatch: () => expect.unreachable() })).toBe(false);
  });

  it("Mod-Enter ticks", () => {
    expect(run(tickTasks, "- [ ] te|nt")).toBe("- [x] te|nt");
    expect(run(tickTasks, "- [X] te|nt")).toBe("- [ ] te|nt");
  });
});

describe("links", () => {
  it.each([
    ["the |map|", "the [map](|)"],
    ["the |https://example.org|", "the [|](https://example.org)"],
    ["the |", "the [|]()"],
  ])("link makes %o into %o", (before, after) => {
    expect(run(formatCommands.link, before)).toBe(after);
  });

  const paste = (before: string, pasted: string): string | null => {
    const state = stateOf(before);
    const edit = linkPaste(state, pasted);
    return edit === null ? null : state.update(edit).state.doc.toString();
  };

  it("are made by pasting an address over words", () => {
    expect(paste("the |map| here", "https://example.org/a(1)\n")).toBe("the [map](https://example.org/a%281%29) here");
    expect(paste("the **|map|**", "www.example.org")).toBe("the **[map](https://www.example.org)**");
    expect(paste("- [ ] |map|", "https://example.org")).toBe("- [ ] [map](https://example.org)");
  });

  it.each([
    ["the map|", "https://example.org"],
    ["the |map|", "https://example.org and more"],
    ["the |map|", "javascript:alert(1)"],
    ["|one\ntwo|", "https://example.org"],
    ["`the |map|`", "https://example.org"],
    ["[the |map|](https://a.example)", "https://example.org"],
    ["|https://a.example|", "https://example.org"],
    ["a |b **c| d**", "https://example.org"],
  ])("are not made of %o with %o", (before, pasted) => {
    expect(paste(before, pasted)).toBeNull();
  });
});
