// What notes and libraries tell each other. A note says all that it knows of one person's entry each time; the library keeps the
// newest of it. Between the two stands an outbox in the note, so an event may come twice, late, or after a newer one.
import type { Role } from "@reed/access";
import type { NoteId, Principal } from "@reed/log";

/** Text of a note that is searched: its beginning, in UTF-8 bytes. */
export const SEARCHED_TEXT_BYTES = 64 * 1024;
/** Of one entry: the rest are in the note. */
export const ENTRY_MEMBERS = 100;

/** A user, by id, as people see them. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface NoteMember extends Named {
  readonly role: Role;
}

/** What one person may know of a note without opening it. */
export interface NoteEntry {
  readonly role: Role;
  readonly title: string;
  readonly createdUs: number;
  readonly modifiedUs: number;
  readonly createdBy: Named | null;
  /** null for whoever made it. */
  readonly sharedBy: Named | null;
  readonly sharedUs: number | null;
  /** Users with a role, owners first, at most ENTRY_MEMBERS. */
  readonly members: readonly NoteMember[];
  /** Only owners still see a trashed note: the others have lost it. */
  readonly trashedUs: number | null;
  readonly seq: number;
  /** chain_at(seq), base64url. */
  readonly chain: string;
  readonly color: string | null;
  readonly icon: string | null;
  readonly tags: readonly string[];
}

/** What a note tells one person's library: the whole of what it knows, each time. Repeats and older ones do no harm. */
export interface NoteEvent {
  readonly noteId: NoteId;
  /** Grows with each event of this note for this person; the library drops what is not newer. */
  readonly version: number;
  /** null: this person has lost it (removed, left, purged). */
  readonly entry: NoteEntry | null;
  /** The first SEARCHED_TEXT_BYTES of the note; null: as you have it. */
  readonly text: string | null;
}

/** Where a note's log stands. */
export interface NoteHead {
  readonly noteId: NoteId;
  readonly seq: number;
  /** base64url. */
  readonly chain: string;
}

/** What is cut off: a device, a session, or (neither) all that the user has open. */
export interface CutScope {
  readonly device?: Uint8Array | undefined;
  readonly sessionId?: string | undefined;
}

export interface CutCount {
  readonly sockets: number;
}

export interface SyncedDevice {
  /** Its public key. */
  readonly device: Uint8Array;
  readonly lastSyncedMs: number;
}

/** Calls of a LibraryObject by others than its user's own requests; the object is named by the user's id. */
export interface LibraryCalls {
  /** Resolves when durable. */
  receive(userId: string, events: readonly NoteEvent[]): Promise<void>;
  /** For live feeds only; nothing is stored. */
  heads(items: readonly NoteHead[]): void;
  /** The worker says so before it hands out a ticket to a user: the note is asked when something is cut. */
  noteTicket(noteId: NoteId, device: Uint8Array, sessionId: string): Promise<void>;
  /** Closes the user's own sockets here, and asks each note that noteTicket named. What is not reached is asked again later. */
  cut(userId: string, scope: CutScope): Promise<CutCount>;
  /** Resolves when it is sure to be done: each note here, now and later, goes from user `from` to user `to`. */
  claimInto(from: string, to: string): Promise<void>;
  /** Takes the user out of their notes and wipes the library; true when done, else call again. */
  purge(userId: string): Promise<boolean>;
  /** Asks every note for its event, and makes the index anew. */
  rebuild(userId: string): Promise<{ readonly notes: number }>;
  /** Last synced first. */
  devices(): Promise<readonly SyncedDevice[]>;
}

/** What a library asks of the notes in it. Each may be said twice. */
export interface NoteCallsByLibrary {
  /** Closes what this user has open there, in whole or in part. */
  cut(asked: { readonly user: Principal } & CutScope): Promise<CutCount>;
  /** What user `from` has there is user `to`'s from now on; tells both libraries. */
  claim(from: string, to: Named): Promise<void>;
  /** The user is gone for good: the longest-standing editor becomes owner, or the note is wiped. */
  removePerson(userId: string, why: "purged"): Promise<void>;
  /** What the note would tell this user's library now; null where it has never heard of the user. */
  eventFor(userId: string): Promise<NoteEvent | null>;
  /** Tells that library of new heads, at most every 10 s. */
  follow(userId: string, untilMs: number): Promise<void>;
}
