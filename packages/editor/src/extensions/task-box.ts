// The box of a task: drawn instead of "- [ ] ", ticked by a click or a tap, also while the note is only being read. Ticking never
// takes the focus, so it brings up no keyboard.

import { type EditorView, WidgetType } from "@codemirror/view";
import { toggleTaskAt } from "../commands/tasks.ts";

export class TaskBox extends WidgetType {
  readonly isDone: boolean;
  readonly canTick: boolean;
  /** The words of the task: the accessible name of its box. */
  readonly label: string;

  constructor(box: { readonly isDone: boolean; readonly canTick: boolean; readonly label: string }) {
    super();
    this.isDone = box.isDone;
    this.canTick = box.canTick;
    this.label = box.label;
  }

  override eq(other: TaskBox): boolean {
    return this.isDone === other.isDone && this.canTick === other.canTick && this.label === other.label;
  }

  override toDOM(view: EditorView): HTMLElement {
    const box = view.dom.ownerDocument.createElement("span");
    box.className = "reed-box";
    box.setAttribute("role", "checkbox");
    box.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      event.preventDefault();
      toggleTaskAt(view, view.posAtDOM(box));
    });
    this.#draw(box);
    return box;
  }

  override updateDOM(box: HTMLElement): boolean {
    this.#draw(box);
    return true;
  }

  #draw(box: HTMLElement): void {
    box.setAttribute("aria-checked", String(this.isDone));
    box.setAttribute("aria-label", this.label === "" ? "Task" : this.label);
    if (this.canTick) box.removeAttribute("aria-disabled");
    else box.setAttribute("aria-disabled", "true");
  }
}
