// A note's editor: one CodeMirror view on one Y.Text, from creation to `destroy`. It knows nothing of React, the network or the
// note around the text; the app hands it a text, other people's carets and a way to open links, and listens.

import { standardKeymap } from "@codemirror/commands";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import type * as Y from "yjs";
import { type Format, formatCommands, formatKeys, formatsAt } from "./commands/format.ts";
import { listKeys } from "./commands/lists.ts";
import type { CursorRange, RemoteCursor } from "./cursor.ts";
import { access, isWriting, setReadOnly } from "./extensions/access.ts";
import { caretInItems } from "./extensions/caret-in-items.ts";
import { cleanTextInput } from "./extensions/clean-text.ts";
import { collab, ownEditsUndo } from "./extensions/collab.ts";
import { links } from "./extensions/links.ts";
import { liveMarkdown } from "./extensions/live-markdown.ts";
import { noteMarkdown } from "./extensions/markdown.ts";
import { ownCursor } from "./extensions/own-cursor.ts";
import { pasteLink } from "./extensions/paste-link.ts";
import { remoteCursors, showCursors } from "./extensions/remote-cursors.ts";
import { textbox } from "./extensions/textbox.ts";
import { noteTheme } from "./theme.ts";

export interface EditorOptions {
  /** In a document, loaded; its line ends are "\n". */
  readonly text: Y.Text;
  readonly cursors: readonly RemoteCursor[];
  /** Called at most every 100 ms while the caret moves, with null when the editor loses the focus. */
  readonly onCursor: (cursor: CursorRange | null) => void;
  readonly isReadOnly: boolean;
  /** A phone: text that is not empty is read until it is tapped. */
  readonly readsFirst: boolean;
  /** Gets absolute http, https, mailto and tel addresses. */
  readonly openLink: (address: string) => void;
  readonly emptyText: string;
  /** What covers the edges of the window, in px: the caret is kept clear of it. */
  readonly margins: { readonly top: number; readonly bottom: number };
}

/** What a toolbar shows. The same object until something in it changes. */
export interface EditorSnapshot {
  /** Keys go into the text: it has the focus and may be edited. */
  readonly isWriting: boolean;
  /** The formats at the caret. */
  readonly formats: readonly Format[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface Editor {
  snapshot(): EditorSnapshot;
  /** Calls back after every change of the snapshot; the result unsubscribes. */
  subscribe(listener: () => void): () => void;
  setReadOnly(isReadOnly: boolean): void;
  setCursors(cursors: readonly RemoteCursor[]): void;
  focus(): void;
  format(format: Format): void;
  undo(): void;
  redo(): void;
  destroy(): void;
}

/** Puts an editor into `parent`. It sends local edits into `text` until `destroy`. */
export function createEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const { text } = options;
  const undoManager = ownEditsUndo(text);
  const listeners = new Set<() => void>();
  const doc = text.toString();

  const refresh = () => {
    const next = snapshotOf(view, undoManager);
    if (isSameSnapshot(snapshot, next)) return;
    snapshot = next;
    for (const listener of listeners) listener();
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc,
      selection: { anchor: doc.length },
      extensions: [
        access({ isReadOnly: options.isReadOnly, isReading: options.readsFirst && doc.length > 0 }, options.readsFirst),
        collab(text, undoManager),
        keymap.of([...listKeys, ...formatKeys, ...standardKeymap]),
        noteMarkdown(),
        liveMarkdown(),
        caretInItems(),
        remoteCursors(text),
        ownCursor(text, options.onCursor),
        links(options.openLink),
        pasteLink(),
        cleanTextInput(),
        textbox(options.emptyText),
        noteTheme,
        EditorView.scrollMargins.of(() => options.margins),
        EditorView.updateListener.of(refresh),
      ],
    }),
  });
  let snapshot = snapshotOf(view, undoManager);
  undoManager.on("stack-item-added", refresh);
  undoManager.on("stack-item-popped", refresh);
  showCursors(view, text, options.cursors);

  return {
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setReadOnly: (isReadOnly) => setReadOnly(view, isReadOnly),
    setCursors: (cursors) => showCursors(view, text, cursors),
    focus: () => view.focus(),
    format(format) {
      formatCommands[format](view);
      view.focus();
    },
    undo() {
      if (!view.state.readOnly) undoManager.undo();
    },
    redo() {
      if (!view.state.readOnly) undoManager.redo();
    },
    destroy() {
      listeners.clear();
      view.destroy();
      undoManager.destroy();
    },
  };
}

function snapshotOf(view: EditorView, undoManager: Y.UndoManager): EditorSnapshot {
  return {
    isWriting: isWriting(view),
    formats: formatsAt(view.state),
    canUndo: undoManager.canUndo(),
    canRedo: undoManager.canRedo(),
  };
}

function isSameSnapshot(left: EditorSnapshot, right: EditorSnapshot): boolean {
  return (
    left.isWriting === right.isWriting &&
    left.canUndo === right.canUndo &&
    left.canRedo === right.canRedo &&
    left.formats.join() === right.formats.join()
  );
}
