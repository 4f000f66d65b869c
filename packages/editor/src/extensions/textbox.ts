// The editor as assistive technology and on-screen keyboards see it: a multi-line textbox named "Note" that corrects spelling and
// starts sentences with capitals. (CodeMirror sets the role, and turns these helps off unless told otherwise.)

import type { Extension } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";

export function textbox(emptyText: string): Extension {
  return [
    EditorView.contentAttributes.of({
      "aria-label": "Note",
      "aria-multiline": "true",
      spellcheck: "true",
      autocorrect: "on",
      autocapitalize: "sentences",
      writingsuggestions: "true",
    }),
    EditorView.lineWrapping,
    placeholder(emptyText),
  ];
}
