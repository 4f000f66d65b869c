// A small language for tests of the editor: a note on a peer and in an editor, and what each of them sees.

import { EditorView } from "@codemirror/view";
import { onTestFinished } from "vitest";
import * as Y from "yjs";
import { encodePosition, type RemoteCursor } from "./cursor.ts";
import { createEditor, type EditorOptions } from "./editor.ts";

/** An editor on a note of `content`, with somebody else writing in the same note. Both are gone when the test is. */
export function openEditor(content: string, over: Partial<EditorOptions> = {}) {
  const theirs = new Y.Doc().getText("text");
  const ours = new Y.Doc().getText("text");
  theirs.insert(0, content);
  const network = join(theirs, ours);
  const parent = document.createElement("div");
  document.body.append(parent);
  const editor = createEditor(parent, {
    text: ours,
    cursors: [],
    onCursor: () => undefined,
    isReadOnly: false,
    readsFirst: false,
    openLink: () => undefined,
    emptyText: "Write something",
    margins: { top: 0, bottom: 0 },
    ...over,
  });
  onTestFinished(() => {
    editor.destroy();
    parent.remove();
  });
  const view = EditorView.findFromDOM(parent);
  if (view === null) throw new Error("no editor in its parent");

  return {
    editor,
    view,
    parent,
    ours,
    theirs,
    network,
    content: view.contentDOM,
    boxes: () => [...parent.querySelectorAll<HTMLElement>("[role=checkbox]")],
    carets: () => [...parent.querySelectorAll<HTMLElement>(".reed-caret")],
    type(insert: string, at = view.state.selection.main.head) {
      const changes = view.state.changes({ from: at, insert });
      view.dispatch({ changes, selection: { anchor: changes.mapPos(at, 1) }, userEvent: "input.type" });
    },
    press(key: string, more: KeyboardEventInit = {}) {
      view.contentDOM.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
    },
    caretAt(position: number) {
      view.dispatch({ selection: { anchor: position } });
    },
    cursor: (name: string, anchor: number, head = anchor): RemoteCursor => ({
      id: name,
      name,
      color: "#4552b5",
      anchor: encodePosition(theirs, anchor),
      head: encodePosition(theirs, head),
    }),
  };
}

/** Sends the updates of each to the other; while cut they wait. */
function join(left: Y.Text, right: Y.Text) {
  const [one, other] = [docOf(left), docOf(right)];
  const waiting: (() => void)[] = [];
  let isCut = false;
  const follow = (from: Y.Doc, to: Y.Doc) =>
    from.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === "network") return;
      if (isCut) waiting.push(() => Y.applyUpdate(to, update, "network"));
      else Y.applyUpdate(to, update, "network");
    });
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one), "network");
  follow(one, other);
  follow(other, one);
  return {
    cut: () => {
      isCut = true;
    },
    heal: () => {
      isCut = false;
      for (const deliver of waiting.splice(0)) deliver();
    },
  };
}

function docOf(text: Y.Text): Y.Doc {
  if (text.doc === null) throw new Error("a text without a document");
  return text.doc;
}
