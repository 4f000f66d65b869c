// Opening links. Where nobody is writing (the note is only read, or the editor has no focus) a click opens; while writing it takes
// Ctrl or Cmd, because a click places the caret. The host opens the page: inside a chat that is not a plain navigation.

import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** `open` gets an absolute address that passed `webAddress`. */
export function links(open: (address: string) => void): Extension {
  let pressed: HTMLAnchorElement | null = null;
  return EditorView.domEventHandlers({
    mousedown(event, view) {
      const link = linkAt(event);
      const isWriting = view.hasFocus && view.state.facet(EditorView.editable);
      const opens = link !== null && event.button === 0 && (!isWriting || event.metaKey || event.ctrlKey);
      pressed = opens ? link : null;
      if (opens) event.preventDefault();
      return opens;
    },
    click(event) {
      const link = linkAt(event);
      if (link === null) return false;
      event.preventDefault();
      // detail 0: the Enter key on a focused link.
      const opens = pressed === link || event.detail === 0;
      pressed = null;
      const address = link.getAttribute("href");
      if (opens && address !== null) open(address);
      return opens;
    },
  });
}

function linkAt(event: MouseEvent): HTMLAnchorElement | null {
  const link = event.target instanceof Element ? event.target.closest("a.reed-link") : null;
  return link instanceof HTMLAnchorElement ? link : null;
}
