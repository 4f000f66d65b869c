// The shelf: every note that this device knows of, as lists and search show them. What the app codes against.
import type { Highlight, NoteItem } from "@reed/api";

/** One note on the shelf: the list item of the API, and what only this device and its user know. */
export interface ShelfEntry extends NoteItem {
  /** This device has its text, so it can be read offline. */
  readonly isLocal: boolean;
  /** Something written here has not reached the server. */
  readonly hasUnsent: boolean;
  /** By this user, on all of their devices. */
  readonly isPinned: boolean;
  /** By this user, for themselves; others don't see them. */
  readonly ownTags: readonly string[];
  /** When this user opened it last, ms since the epoch; 0: never, as far as is known. */
  readonly openedAtMs: number;
  /** Others have changed it since this user saw it last. */
  readonly isUnread: boolean;
  /** Only in answers to a search. */
  readonly highlights?: readonly Highlight[] | undefined;
}

export interface ShelfStatus {
  /** What the device kept was read. */
  readonly isLoaded: boolean;
  /** The server's list was heard to its end, now or in an earlier session. */
  readonly isWhole: boolean;
  /** Changes come as they happen. */
  readonly isLive: boolean;
}

export interface NoteShelf {
  /** Everything, the trash too (`trashedAt`): pinned first, then the last changed first. The same array until something changes. */
  entries(): readonly ShelfEntry[];
  status(): ShelfStatus;
  /** Calls back after every change; the result unsubscribes. */
  subscribe(listener: () => void): () => void;
  /** What this device has that matches, best first, misspelt or not: at once, also offline. Not the trash. At most 50. */
  search(query: string): Promise<readonly ShelfEntry[]>;
  /** The same over the whole text of every note, by the server; null where it was not reached. */
  searchServer(query: string): Promise<readonly ShelfEntry[] | null>;
  /** Asks for what is new, now: the app came back, or did something that changes the list. */
  refresh(): void;
  /** RangeError for what is no note's id. */
  pin(noteId: string, isPinned: boolean): void;
  /** The user's own tag, which others don't see. */
  tag(noteId: string, tag: string, isOn: boolean): void;
  /** The user has the note before them now. */
  markOpened(noteId: string): void;
  close(): Promise<void>;
}
