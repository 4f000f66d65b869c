// Markdown that looks like what it means, with no preview beside it. Marks (#, **, [](…)) show only where the caret is; boxes,
// bullets and code keep their looks always. Only the viewport is drawn, from the syntax tree.
//
// While a mouse button is down nothing is revealed or hidden: the text must not move under a selection that is being dragged.

import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, type Line, StateEffect } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { drawBlock } from "./draw-block.ts";
import { drawInline } from "./draw-inline.ts";
import { Drawing } from "./drawing.ts";
import { titleLine } from "./title-line.ts";

const redraw = StateEffect.define();

export function liveMarkdown(): Extension {
  return [
    ViewPlugin.define((view) => new LiveMarkdown(view), {
      decorations: (plugin) => plugin.decorations,
      provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.atoms ?? Decoration.none),
      eventHandlers: {
        mousedown(event) {
          if (event.button === 0) this.holdUntilMouseUp();
        },
      },
    }),
    EditorView.perLineTextDirection.of(true),
  ];
}

class LiveMarkdown implements PluginValue {
  decorations: DecorationSet = Decoration.none;
  /** What the caret steps over as one. */
  atoms: DecorationSet = Decoration.none;
  readonly #view: EditorView;
  #release: (() => void) | null = null;

  constructor(view: EditorView) {
    this.#view = view;
    this.#draw();
  }

  update(update: ViewUpdate): void {
    const isRevealed = (update.selectionSet || update.focusChanged) && this.#release === null;
    const isRedrawn = update.transactions.some((transaction) =>
      transaction.effects.some((effect) => effect.is(redraw)),
    );
    const isParsed = syntaxTree(update.startState) !== syntaxTree(update.state);
    const isOther = update.startState.readOnly !== update.state.readOnly;
    if (update.docChanged || update.viewportChanged || isRevealed || isRedrawn || isParsed || isOther) this.#draw();
  }

  holdUntilMouseUp(): void {
    if (this.#release !== null) return;
    const { ownerDocument } = this.#view.dom;
    const release = () => {
      ownerDocument.removeEventListener("mouseup", release);
      this.#release = null;
      this.#view.dispatch({ effects: redraw.of(null) });
    };
    this.#release = () => ownerDocument.removeEventListener("mouseup", release);
    ownerDocument.addEventListener("mouseup", release);
  }

  destroy(): void {
    this.#release?.();
  }

  #draw(): void {
    const drawing = new Drawing(this.#view.state, revealedRanges(this.#view));
    for (const { from, to } of this.#view.visibleRanges) drawRange(this.#view.state, drawing, from, to);
    const title = titleLine(this.#view.state.doc);
    if (title !== null) drawing.line(title.from, { class: "reed-title" });
    this.decorations = drawing.decorations();
    this.atoms = drawing.atoms();
  }
}

/** Where the marks show: at the carets of somebody who is writing. */
function revealedRanges(view: EditorView): readonly { readonly from: number; readonly to: number }[] {
  return view.hasFocus && !view.state.readOnly ? view.state.selection.ranges : [];
}

function drawRange(state: EditorState, drawing: Drawing, from: number, to: number): void {
  for (let at = from; at <= to;) {
    const line = state.doc.lineAt(at);
    drawing.line(line.from, { dir: "auto" });
    if (isGap(state, line) && !drawing.isTouched(line.from, line.to)) drawing.line(line.from, { class: "reed-gap" });
    at = line.to + 1;
  }
  syntaxTree(state).iterate({
    from,
    to,
    enter(node) {
      drawBlock(drawing, node.node, from, to);
      drawInline(drawing, node.node);
    },
  });
}

/** A blank line that sets two blocks apart. It is drawn low, unless the caret is on it. */
function isGap(state: EditorState, line: Line): boolean {
  if (line.number === 1 || line.number === state.doc.lines || line.text.trim() !== "") return false;
  return (
    state.doc.line(line.number - 1).text.trim() !== "" &&
    !/Code/u.test(syntaxTree(state).resolveInner(line.from, -1).name)
  );
}
