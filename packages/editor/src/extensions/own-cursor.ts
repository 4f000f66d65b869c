// Tells the others where this person's caret is: at most every 100 ms, only while the editor has the focus, null when it loses it.

import type { Extension } from "@codemirror/state";
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type * as Y from "yjs";
import { type CursorRange, encodePosition } from "../cursor.ts";

const intervalMs = 100;

export function ownCursor(text: Y.Text, report: (cursor: CursorRange | null) => void): Extension {
  return ViewPlugin.define((view) => new OwnCursor(view, text, report));
}

class OwnCursor implements PluginValue {
  readonly #view: EditorView;
  readonly #text: Y.Text;
  readonly #report: (cursor: CursorRange | null) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isShown = false;

  constructor(view: EditorView, text: Y.Text, report: (cursor: CursorRange | null) => void) {
    this.#view = view;
    this.#text = text;
    this.#report = report;
  }

  update(update: ViewUpdate): void {
    if (!update.selectionSet && !update.docChanged && !update.focusChanged) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#send();
    }, intervalMs);
  }

  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#isShown) this.#report(null);
  }

  #send(): void {
    const { main } = this.#view.state.selection;
    if (this.#view.hasFocus) {
      this.#isShown = true;
      this.#report({ anchor: encodePosition(this.#text, main.anchor), head: encodePosition(this.#text, main.head) });
    } else if (this.#isShown) {
      this.#isShown = false;
      this.#report(null);
    }
  }
}
