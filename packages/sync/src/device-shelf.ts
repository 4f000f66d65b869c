// The notes that this device has opened, as a shelf.
import type { Workspace } from "./open-note.ts";
import type { NoteShelf, ShelfEntry } from "./library/shelf.ts";

export function deviceShelf(workspace: Pick<Workspace, "notes" | "subscribeNotes">): NoteShelf {
  let known: ReturnType<Workspace["notes"]> | null = null;
  let entries: readonly ShelfEntry[] = [];
  const read = (): readonly ShelfEntry[] => {
    const notes = workspace.notes();
    if (notes === known) return entries;
    known = notes;
    entries = notes.map(({ noteId, title, excerpt, openedAtMs, hasUnsent }) => ({
      id: noteId,
      url: "",
      title,
      excerpt,
      role: "owner",
      createdAt: new Date(openedAtMs).toISOString(),
      updatedAt: new Date(openedAtMs).toISOString(),
      createdBy: null,
      sharedBy: null,
      sharedAt: null,
      trashedAt: null,
      members: [],
      color: null,
      icon: null,
      tags: [],
      isLocal: true,
      hasUnsent,
      isPinned: false,
      ownTags: [],
      openedAtMs,
      isUnread: false,
    }));
    return entries;
  };
  return {
    entries: read,
    status: () => ({ isLoaded: true, isWhole: false, isLive: false }),
    subscribe: (listener) => workspace.subscribeNotes(listener),
    search: async (query) => read().filter(({ title }) => title.toLowerCase().includes(query.toLowerCase())),
    searchServer: async () => null,
    refresh: () => undefined,
    pin: () => undefined,
    tag: () => undefined,
    markOpened: () => undefined,
    close: async () => undefined,
  };
}
