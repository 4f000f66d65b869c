import type { AccountState, NoteShelf, ShelfEntry, Workspace } from "@reed/sync";
import { createContext, useContext, useSyncExternalStore } from "react";

export const WorkspaceContext = createContext<Workspace | null>(null);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === null) throw new Error("no workspace above this component");
  return workspace;
}

/** This person's name and colour. */
export function useProfile(): ReturnType<Workspace["profile"]> {
  const workspace = useWorkspace();
  return useSyncExternalStore(
    (listener) => workspace.subscribeProfile(listener),
    () => workspace.profile(),
  );
}

/** Whether this person has an account, and is signed in to it. */
export function useAccount(): AccountState {
  const workspace = useWorkspace();
  return useSyncExternalStore(
    (listener) => workspace.subscribeProfile(listener),
    () => workspace.account(),
  );
}

/** The notes that this device has opened, as it has them. */
export function useLocalNotes(): ReturnType<Workspace["notes"]> {
  const workspace = useWorkspace();
  return useSyncExternalStore(
    (listener) => workspace.subscribeNotes(listener),
    () => workspace.notes(),
  );
}

/** Every note this device knows of. The shelf is another one when the user is. */
export function useShelf(): NoteShelf {
  const workspace = useWorkspace();
  return useSyncExternalStore(
    (listener) => workspace.subscribeShelf(listener),
    () => workspace.shelf(),
  );
}

export function useShelfEntries(shelf: NoteShelf): readonly ShelfEntry[] {
  return useSyncExternalStore(
    (listener) => shelf.subscribe(listener),
    () => shelf.entries(),
  );
}
