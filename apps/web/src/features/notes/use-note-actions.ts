// What can be done to a note from the list. Each is undone by another.

import type { NoteShelf, ShelfEntry } from "@reed/sync";
import { nameOf } from "./note-words.ts";
import { useCallback, useState } from "react";
import { problemOfError } from "../../problems.ts";
import { navigate } from "../../shell/use-route.ts";
import { useWorkspace } from "../../shell/workspace-context.ts";
import type { MenuItem } from "../../ui/Menu.tsx";
import { showToast } from "../../ui/toasts.ts";
import { wayOutOf, wayOutWords } from "./way-out.ts";

export interface NoteActions {
  readonly itemsFor: (entry: ShelfEntry) => readonly MenuItem[];
  /** Asked about before it is deleted for good. */
  readonly doomed: ShelfEntry | null;
  readonly setDoomed: (entry: ShelfEntry | null) => void;
  /** Whose look is being changed. */
  readonly dressed: ShelfEntry | null;
  readonly setDressed: (entry: ShelfEntry | null) => void;
}

export function useNoteActions(shelf: NoteShelf, selfId: string | null, currentNoteId: string | null): NoteActions {
  const workspace = useWorkspace();
  const [doomed, setDoomed] = useState<ShelfEntry | null>(null);
  const [dressed, setDressed] = useState<ShelfEntry | null>(null);
  const itemsFor = useCallback(
    (entry: ShelfEntry): readonly MenuItem[] => {
      const { id, role, trashedAt, isPinned } = entry;
      const attempt = async (work: () => Promise<unknown>) => {
        try {
          await work();
          shelf.refresh();
          return true;
        } catch (error) {
          const { sentence, todo } = problemOfError(error);
          showToast(`${sentence} ${todo}`);
          return false;
        }
      };
      const restore = () => attempt(() => workspace.call((api) => api.restoreNote(id)));
      const trash = async () => {
        if (!(await attempt(() => workspace.call((api) => api.trashNote(id))))) return;
        if (id === currentNoteId) navigate("/");
        showToast(`“${nameOf(entry)}” is in the trash.`, { name: "Undo", run: () => void restore() });
      };
      const leave = async () => {
        if (selfId === null) return;
        if (!(await attempt(() => workspace.call((api) => api.removeMember(id, selfId))))) return;
        if (id === currentNoteId) navigate("/");
        workspace.forget(id);
        showToast(`You left “${nameOf(entry)}”.`);
      };
      const forget = async () => {
        if (id === currentNoteId) navigate("/");
        workspace.forget(id);
      };
      if (trashedAt !== null) {
        return [
          { name: "Restore", onChoose: () => void restore() },
          { name: "Delete for good", isGrave: true, onChoose: () => setDoomed(entry) },
        ];
      }
      const wayOut = wayOutOf(entry, selfId);
      const takeOut = { delete: trash, leave, remove: forget };
      return [
        { name: isPinned ? "Unpin" : "Pin", onChoose: () => shelf.pin(id, !isPinned) },
        ...(role === "viewer" || wayOut === "remove"
          ? []
          : [{ name: "Colour, icon, tags", onChoose: () => setDressed(entry) }]),
        ...(wayOut === null
          ? []
          : [
              {
                name: wayOutWords(wayOut, entry.hasUnsent),
                isGrave: true,
                onChoose: () => void takeOut[wayOut](),
              },
            ]),
      ];
    },
    [workspace, shelf, selfId, currentNoteId],
  );
  return { itemsFor, doomed, setDoomed, dressed, setDressed };
}
