// Collects the decorations of one drawing of the viewport.

import type { syntaxTree } from "@codemirror/language";
import type { EditorState, Range } from "@codemirror/state";
import { Decoration, type DecorationSet, type WidgetType } from "@codemirror/view";

export type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

const hidden = Decoration.replace({});

export class Drawing {
  readonly state: EditorState;
  readonly #revealed: readonly { readonly from: number; readonly to: number }[];
  readonly #ranges: Range<Decoration>[] = [];
  readonly #atoms: Range<Decoration>[] = [];

  constructor(state: EditorState, revealed: readonly { readonly from: number; readonly to: number }[]) {
    this.state = state;
    this.#revealed = revealed;
  }

  /** True when a caret or selection of the writer touches the range: its marks show. */
  isTouched(from: number, to: number): boolean {
    return this.#revealed.some((range) => range.from <= to && range.to >= from);
  }

  isLineTouched(position: number): boolean {
    const line = this.state.doc.lineAt(position);
    return this.isTouched(line.from, line.to);
  }

  line(from: number, attributes: { readonly class?: string; readonly dir?: string; readonly style?: string }): void {
    this.#ranges.push(Decoration.line({ attributes }).range(from));
  }

  mark(from: number, to: number, name: string): void {
    if (from < to) this.#ranges.push(Decoration.mark({ class: name }).range(from, to));
  }

  link(from: number, to: number, address: string): void {
    if (from >= to) return;
    const attributes = {
      href: address,
      rel: "noopener noreferrer",
      target: "_blank",
      title: address,
      draggable: "false",
    };
    this.#ranges.push(Decoration.mark({ tagName: "a", class: "reed-link", attributes }).range(from, to));
  }

  /** Takes a mark out of sight, or dims it where the writer is. */
  syntax(from: number, to: number, isShown: boolean): void {
    if (from >= to) return;
    this.#ranges.push(isShown ? Decoration.mark({ class: "reed-syntax" }).range(from, to) : hidden.range(from, to));
  }

  /** Draws `widget` instead of the range; the caret steps over it. */
  replace(from: number, to: number, widget: WidgetType | null): void {
    if (from >= to) return;
    const range = (widget === null ? hidden : Decoration.replace({ widget })).range(from, to);
    this.#ranges.push(range);
    this.#atoms.push(range);
  }

  decorations(): DecorationSet {
    return Decoration.set(this.#ranges, true);
  }

  atoms(): DecorationSet {
    return Decoration.set(this.#atoms, true);
  }
}
