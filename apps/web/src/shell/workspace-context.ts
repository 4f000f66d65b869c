import type { Workspace } from "@reed/sync";
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
