// What the interface holds: one open note, and the device's notes around it. Types only; the replica implements them and the
// app codes against them. A status is a stable object until something in it changes, so it fits useSyncExternalStore.
// Times are milliseconds since the epoch. Strings that name a state are shown as they are.

import type { ApiClient, ApiResult } from "@reed/api";
import type { NoteRegisters, NoteRegisterWrites, Reducer } from "@reed/log";
import type * as Y from "yjs";
import type { NoteShelf } from "./library/shelf.ts";
import type { SaveState } from "./engine/save-state.ts";

export type { SaveState };

/** One person who has the note open now. `color` is #rrggbb. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly isSelf: boolean;
}

/** Where somebody else's caret is. `anchor` and `head` are encoded Y.RelativePositions in the note's text. */
export interface RemoteCursor {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly anchor: Uint8Array;
  readonly head: Uint8Array;
}

/** Text that was refused and taken out of the note; kept until the person dismisses it. `reason` is a closed error code. */
export interface Draft {
  readonly id: string;
  readonly text: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface NoteStatus {
  readonly save: SaveState;
  /** Null until known. */
  readonly role: "owner" | "editor" | "viewer" | null;
  readonly people: readonly Person[];
  readonly cursors: readonly RemoteCursor[];
  readonly drafts: readonly Draft[];
  /** "memory": nothing survives this window, and the interface says so. */
  readonly keeps: "device" | "memory";
  /**
   * A closed error code of wire or API. restored: the server lost part of the note's history, and nothing is sent until
   * `confirmRestore`. diverged: this device's copy differed from the log and was built anew.
   */
  readonly problem: string | null;
  readonly title: string;
  /** The text can be shown. */
  readonly isLoaded: boolean;
  /** The text of a snapshot, to be read while the document is on its way; null otherwise. */
  readonly preview: string | null;
}

export interface OpenNote {
  readonly noteId: string;
  /** The text of a Y.Doc; the origin of remote changes is never the editor's. */
  readonly text: Y.Text;
  status(): NoteStatus;
  /** Calls back after every change of status; the result unsubscribes. */
  subscribe(listener: () => void): () => void;
  setCursor(cursor: { readonly anchor: Uint8Array; readonly head: Uint8Array } | null): void;
  /** Sends what is waiting, now: on blur, on hide, before a link is copied. */
  flush(): void;
  /** The note's settings as this device has them, what it has not sent yet included. The same object until one changes. */
  settings(): NoteRegisters;
  /** Sets some of them; what this person may not set is dropped by the log. */
  set(settings: NoteRegisterWrites): void;
  /** What `reducer` makes of its bucket in the log as far as this device has read it. */
  fold<State, Change, Fault extends string>(reducer: Reducer<State, Change, Fault>): State;
  /** Adds an entry to `bucket`, for whoever folds it. */
  write(bucket: string, payload: Uint8Array): void;
  dismissDraft(id: string): void;
  /** The person has read that the note was restored, and goes on with what the server has. */
  confirmRestore(): void;
  close(): void;
}

/** How a note is addressed: what the URL says. */
export interface NoteReference {
  readonly noteId: string;
  readonly linkId: string | null;
  readonly secret: string | null;
}

/** One line of the list of notes that this device knows. */
export interface NoteSummary {
  readonly noteId: string;
  readonly title: string;
  readonly excerpt: string;
  /** The position in the log up to which title and excerpt know it. */
  readonly seq: number;
  readonly tasksDone: number;
  readonly tasksTotal: number;
  readonly openedAtMs: number;
  readonly hasUnsent: boolean;
}

/** A share link as its owner sees it; `url` is whole, with its secret. */
export interface ShareLink {
  readonly id: string;
  readonly url: string;
  readonly role: "viewer" | "editor";
  readonly name: string | null;
  readonly uses: number;
  readonly live: number;
  readonly lastUsedAtMs: number | null;
  readonly createdAtMs: number;
}

/** The user that this device acts for. The same object until something in it changes. */
export interface AccountState {
  /** null until one was needed. */
  readonly userId: string | null;
  /** null: a guest, who has nothing to sign in with. */
  readonly username: string | null;
  /** False for guests, and for an account whose session is over: then what the device has can be read, and nothing is sent. */
  readonly isSignedIn: boolean;
}

export interface SignInRequest {
  readonly username: string;
  readonly password: string;
  /** Takes the deletion of the account back. */
  readonly restore?: boolean | undefined;
}

/** One device's notes; the composition root makes it and the UI uses it. */
export interface Workspace {
  /** Works offline. */
  createNote(): Promise<NoteReference>;
  open(reference: NoteReference): OpenNote;
  /** Begins to open what will be opened in a moment: the next `open` of the same reference has it. */
  prepare(reference: NoteReference): void;
  /** Takes the note off this device, as soon as nobody has it open here. What it had not sent is lost. */
  forget(noteId: string): void;
  /** Every note of this device's user. Another one when the user is another. */
  shelf(): NoteShelf;
  subscribeShelf(listener: () => void): () => void;
  notes(): readonly NoteSummary[];
  subscribeNotes(listener: () => void): () => void;
  links(noteId: string): Promise<readonly ShareLink[]>;
  createLink(noteId: string, role: "viewer" | "editor"): Promise<ShareLink>;
  revokeLink(noteId: string, linkId: string): Promise<void>;
  profile(): { readonly name: string; readonly color: string };
  rename(name: string): void;
  /** #rrggbb */
  recolor(color: string): void;
  account(): AccountState;
  /** Calls back after every change of the profile or the account. */
  subscribeProfile(listener: () => void): () => void;
  /** Makes an account of this device's guest, who keeps all that is theirs. */
  signUp(request: Omit<SignInRequest, "restore">): Promise<void>;
  /** What this device's guest has becomes the account's. */
  signIn(request: SignInRequest): Promise<void>;
  /** Ends the session. What the device has stays on it. */
  signOut(): Promise<void>;
  /** Finds out whether the session still holds, after something was refused that should not have been. */
  checkSession(): void;
  /** Asks the server as this device's user, whom it makes where there is none. Rejects with an error that carries the code. */
  call<T>(ask: (api: ApiClient) => Promise<ApiResult<T>>): Promise<T>;
  readonly keeps: "device" | "memory";
}
