// One remote caret with its name flag. The flag shows while the caret is fresh, and when it is pointed at.

import { type EditorView, WidgetType } from "@codemirror/view";
import { safeColor, safeName, textOn } from "../color.ts";

export class CaretWidget extends WidgetType {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly isFresh: boolean;

  constructor(caret: {
    readonly id: string;
    readonly name: string;
    readonly color: string;
    readonly isFresh: boolean;
  }) {
    super();
    this.id = caret.id;
    this.name = safeName(caret.name);
    this.color = safeColor(caret.color);
    this.isFresh = caret.isFresh;
  }

  override eq(other: CaretWidget): boolean {
    return (
      this.id === other.id && this.name === other.name && this.color === other.color && this.isFresh === other.isFresh
    );
  }

  override toDOM(view: EditorView): HTMLElement {
    const document = view.dom.ownerDocument;
    const caret = document.createElement("span");
    // People are named in the list of people; inside the text a name would be read as text.
    caret.setAttribute("aria-hidden", "true");
    // A flag must not decide the direction of the line it stands in.
    caret.dir = "ltr";
    const flag = document.createElement("span");
    flag.className = "reed-flag";
    flag.dir = "auto";
    caret.append(flag);
    this.#draw(caret, flag);
    return caret;
  }

  override updateDOM(caret: HTMLElement, _view: EditorView, from: this): boolean {
    const flag = caret.firstElementChild;
    if (from.id !== this.id || !(flag instanceof HTMLElement)) return false;
    this.#draw(caret, flag);
    return true;
  }

  /** A click beside a caret is a click on the text. */
  override ignoreEvent(): boolean {
    return false;
  }

  #draw(caret: HTMLElement, flag: HTMLElement): void {
    caret.className = this.isFresh ? "reed-caret reed-caret-fresh" : "reed-caret";
    caret.style.setProperty("--reed-person", this.color);
    caret.style.setProperty("--reed-on-person", textOn(this.color));
    if (flag.textContent !== this.name) flag.textContent = this.name;
  }
}
