// The text of the editor is the note's Y.Text, and undo takes back this person's own edits only.
//
// y-codemirror.next supplies the binding and the undo plugin (which restores the selection and scrolls to the change). Its
// remote selections are not used: see remote-cursors.ts. An edit made here has the binding's configuration as its transaction
// origin; undo has the undo manager.

import { type Extension, Prec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { yCollab } from "y-codemirror.next";
import * as Y from "yjs";

/** Whose lifetime is the editor's: destroy it with the view. */
export function ownEditsUndo(text: Y.Text): Y.UndoManager {
  // Without this the manager would track transactions with a null origin, which may be anybody's.
  return new Y.UndoManager(text, { trackedOrigins: new Set() });
}

export function collab(text: Y.Text, undoManager: Y.UndoManager): Extension {
  return [yCollab(text, null, { undoManager }), undoKeys(undoManager)];
}

/** Mod-z, Mod-Shift-z and Mod-y. Not a keymap: with Caps Lock on, Shift and "Z" make a "z", and a keymap would undo once more. */
function undoKeys(undoManager: Y.UndoManager): Extension {
  return Prec.high(
    EditorView.domEventHandlers({
      keydown(event, view) {
        const isMod = isApple() ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
        const key = event.key.toLowerCase();
        if (!isMod || event.altKey || (key !== "z" && key !== "y")) return false;
        event.preventDefault();
        if (view.state.readOnly) return true;
        if (key === "y" || event.shiftKey) undoManager.redo();
        else undoManager.undo();
        return true;
      },
    }),
  );
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/u.test(navigator.platform);
}
