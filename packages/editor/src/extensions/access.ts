// Who may write, and whether this person is writing now.
//
// Read-only is a matter of permission. Reading is a matter of phones: a note that is not empty opens without a keyboard, its links
// and boxes work by a tap, and a tap on its words starts writing there. Leaving the text brings reading back.

import { Compartment, EditorState, type Extension, Facet } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

interface Access {
  readonly isReadOnly: boolean;
  readonly isReading: boolean;
}

const compartment = new Compartment();
const current = Facet.define<Access, Access>({
  combine: (values) => values.at(-1) ?? { isReadOnly: false, isReading: false },
});

/** `readsFirst`: this is a phone, where reading is what happens until the words are tapped. */
export function access(initial: Access, readsFirst: boolean): Extension {
  return [compartment.of(configure(initial)), readsFirst ? tapToWrite : []];
}

export function setReadOnly(view: EditorView, isReadOnly: boolean): void {
  change(view, { isReadOnly });
}

/** True when keys go into the text. */
export function isWriting(view: EditorView): boolean {
  return view.hasFocus && view.state.facet(EditorView.editable);
}

/** Ends reading, places the caret at `position` and takes the focus. Nothing where the note is read-only. */
function startWriting(view: EditorView, position: number): void {
  if (view.state.facet(current).isReadOnly) return;
  change(view, { isReading: false });
  view.dispatch({ selection: { anchor: position }, scrollIntoView: true });
  view.focus();
}

const tapToWrite = EditorView.domEventHandlers({
  click(event, view) {
    const { isReading, isReadOnly } = view.state.facet(current);
    const isOnControl = event.target instanceof Element && event.target.closest("a, [role=checkbox]") !== null;
    const isSelecting = view.dom.ownerDocument.getSelection()?.isCollapsed === false;
    if (!isReading || isReadOnly || isOnControl || isSelecting) return false;
    startWriting(view, view.posAtCoords({ x: event.clientX, y: event.clientY }, false));
    return true;
  },
  blur(_event, view) {
    // After the focus has settled: switching to another app blurs too, and must not take the keyboard away for good.
    queueMicrotask(() => {
      const { ownerDocument } = view.dom;
      if (!ownerDocument.hasFocus() || view.hasFocus || view.state.doc.length === 0) return;
      change(view, { isReading: true });
    });
    return false;
  },
});

function change(view: EditorView, part: Partial<Access>): void {
  const before = view.state.facet(current);
  const after = { ...before, ...part };
  if (before.isReadOnly === after.isReadOnly && before.isReading === after.isReading) return;
  view.dispatch({ effects: compartment.reconfigure(configure(after)) });
}

function configure(value: Access): Extension {
  const isEditable = !value.isReadOnly && !value.isReading;
  return [
    current.of(value),
    EditorState.readOnly.of(value.isReadOnly),
    EditorView.editable.of(isEditable),
    // Text that can't be typed into can still be reached by keyboard and scrolled.
    EditorView.contentAttributes.of(isEditable ? {} : { tabindex: "0" }),
  ];
}
