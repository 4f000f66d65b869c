// One open note for as long as it is shown.

import type { NoteReference, NoteStatus, OpenNote, Workspace } from "@reed/sync";
import { useMemo, useSyncExternalStore } from "react";
import { useWorkspace } from "../../shell/workspace-context.ts";

/** Opens the note once it is rendered and closes it with the component; what is waiting goes out on hide and on close. */
export function useOpenNote({ noteId, linkId, secret }: NoteReference): OpenNote | null {
  const workspace = useWorkspace();
  const shown = useMemo(() => showNote(workspace, { noteId, linkId, secret }), [workspace, noteId, linkId, secret]);
  return useSyncExternalStore(shown.subscribe, shown.note);
}

export function useNoteStatus(note: OpenNote): NoteStatus {
  return useSyncExternalStore(
    (listener) => note.subscribe(listener),
    () => note.status(),
  );
}

export function useSettings(note: OpenNote): ReturnType<OpenNote["settings"]> {
  return useSyncExternalStore(
    (listener) => note.subscribe(listener),
    () => note.settings(),
  );
}

/** A note that is open while somebody listens. */
function showNote(workspace: Workspace, reference: NoteReference) {
  let note: OpenNote | null = null;
  return {
    note: () => note,
    subscribe(listener: () => void): () => void {
      const opened = workspace.open(reference);
      note = opened;
      const flush = () => opened.flush();
      const flushHidden = () => {
        if (document.visibilityState === "hidden") flush();
      };
      document.addEventListener("visibilitychange", flushHidden);
      addEventListener("pagehide", flush);
      listener();
      return () => {
        document.removeEventListener("visibilitychange", flushHidden);
        removeEventListener("pagehide", flush);
        note = null;
        flush();
        opened.close();
      };
    },
  };
}
