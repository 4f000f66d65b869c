// The entries of a shelf: what the server lists, what this device has opened, and what the user set for themselves, as one list.
import type { Role } from "@reed/access";
import type { NoteItem } from "@reed/api";
import type { PrivateRegisters } from "@reed/log";
import type { NoteSummary } from "../open-note.ts";
import type { ShelfEntry } from "./shelf.ts";
import type { KnownNote } from "./shelf-state.ts";

/** A note that this device has opened or made. */
export interface LocalNote extends NoteSummary {
  readonly role: Role | null;
}

export interface ShelfSources {
  readonly notes: ReadonlyMap<string, KnownNote>;
  readonly local: readonly LocalNote[];
  readonly registers: Pick<PrivateRegisters, "pins" | "tags" | "read" | "opened"> | null;
}

/** Pinned first, then the last changed first. */
export function entriesOf({ notes, local, registers }: ShelfSources): readonly ShelfEntry[] {
  const here = new Map(local.map((summary) => [summary.noteId, summary]));
  const tags = ownTags(registers);
  const entryOf = (item: NoteItem, summary: NoteSummary | undefined, toldSeq: number): ShelfEntry => {
    const openedMs = (registers?.opened.get(item.id) ?? 0) / 1000;
    const seenMs = Math.max(openedMs, (registers?.read.get(item.id) ?? 0) / 1000, summary?.openedAtMs ?? 0);
    return {
      ...item,
      // The server tells of a text only now and then. What was written or read here may be newer.
      ...(summary !== undefined && (summary.hasUnsent || summary.seq >= toldSeq)
        ? { title: summary.title, excerpt: summary.excerpt }
        : {}),
      isLocal: summary !== undefined,
      hasUnsent: summary?.hasUnsent ?? false,
      isPinned: registers?.pins.get(item.id) ?? false,
      ownTags: tags.get(item.id) ?? [],
      openedAtMs: Math.round(Math.max(openedMs, summary?.openedAtMs ?? 0)),
      isUnread: isOthers(item) && Date.parse(item.updatedAt) > seenMs,
    };
  };
  const entries = [...notes.values()].map(({ type: _type, seq, chain: _chain, ...item }) =>
    entryOf(item, here.get(item.id), seq),
  );
  for (const summary of local) if (!notes.has(summary.noteId)) entries.push(entryOf(itemOfLocal(summary), summary, 0));
  return entries.toSorted(
    (a, b) =>
      Number(b.isPinned) - Number(a.isPinned) || compareText(b.updatedAt, a.updatedAt) || compareText(a.id, b.id),
  );
}

/** Somebody else may have written in it. */
function isOthers({ sharedBy, members }: NoteItem): boolean {
  return sharedBy !== null || members.length > 1;
}

function ownTags(registers: ShelfSources["registers"]): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const [entry, isOn] of registers?.tags ?? []) {
    const slash = entry.indexOf("/");
    if (!isOn || slash === -1) continue;
    const noteId = entry.slice(0, slash);
    tags.set(noteId, [...(tags.get(noteId) ?? []), entry.slice(slash + 1)]);
  }
  return tags;
}

/** A note that only this device knows of: made here and not sent yet, or opened by a link. */
function itemOfLocal({ noteId, title, excerpt, openedAtMs, role }: LocalNote): NoteItem {
  const at = new Date(openedAtMs).toISOString();
  return {
    id: noteId,
    url: `/n/${noteId}`,
    title,
    excerpt,
    role: role ?? "viewer",
    createdAt: at,
    updatedAt: at,
    createdBy: null,
    sharedBy: null,
    sharedAt: null,
    trashedAt: null,
    members: [],
    color: null,
    icon: null,
    tags: [],
  };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
