// What a device keeps: its key, its notes, and for each note the log as far as it was read (the older part as a checkpoint), the
// edits that wait and the ops that are unanswered. Two implementations, held to one suite: IndexedDB, and memory where a browser
// keeps nothing. Each `change` is atomic.
import type { Role } from "@reed/access";
import type { DeviceKeyHandle } from "@reed/crypto";
import type { LogRow, NoteId } from "@reed/log";
import type { Checkpoint } from "../engine/checkpoint.ts";
import type { StoreChange } from "../engine/effect.ts";
import type { StoredInFlight } from "../engine/in-flight.ts";
import type { OutboxEntry } from "../engine/outbox.ts";
import type { Draft } from "../open-note.ts";

export type { Checkpoint };

/** Evidence of a note beyond this many gives way to newer. */
export const MAX_EVIDENCE = 4;

/** What the device knows of a note besides its log. */
export interface NoteRecord {
  readonly noteId: NoteId;
  /** Pinned as soon as it is known. */
  readonly docId: Uint8Array | null;
  /** The genesis of a note made here that the server does not have yet. */
  readonly genesis: Uint8Array | null;
  readonly linkId: string | null;
  readonly secret: string | null;
  readonly role: Role | null;
  readonly title: string;
  readonly excerpt: string;
  /** The position in the log up to which title and excerpt know it. */
  readonly seq: number;
  readonly tasksDone: number;
  readonly tasksTotal: number;
  readonly openedAtMs: number;
  readonly hasUnsent: boolean;
}

export interface GuestRecord {
  readonly userId: string;
  /** null: still to be fetched. */
  readonly certificate: Uint8Array | null;
  /** The private log of this user, once it was asked for. */
  readonly privateLog?: { readonly noteId: NoteId; readonly docId: Uint8Array } | undefined;
}

/** The account that the user of this device has. Signed out, the device still has its notes and gets no further ones. */
export interface AccountRecord {
  readonly username: string;
  readonly isSignedIn: boolean;
}

export interface DeviceRecord {
  readonly handle: DeviceKeyHandle;
  readonly publicKey: Uint8Array;
  readonly name: string;
  readonly color: string;
  /** The user that this device acts for, a guest unless `account` says otherwise; null until one was needed. */
  readonly guest: GuestRecord | null;
  readonly account?: AccountRecord | null | undefined;
  readonly platformKey: Uint8Array | null;
}

export interface StoredNote {
  readonly checkpoint: Checkpoint | null;
  /** Those after the checkpoint, in order. */
  readonly rows: readonly LogRow[];
  /** By id. */
  readonly outbox: readonly OutboxEntry[];
  /** In any order. */
  readonly inFlight: readonly StoredInFlight[];
  readonly ctr: number;
}

/** diverged: this device's document where it was not what the log makes. forked: an answer that contradicts this device's log. */
export type EvidenceKind = "diverged" | "forked";

/** What was found wrong with a note, kept for whoever looks into it; nothing in Reed reads it back. */
export interface Evidence {
  readonly atMs: number;
  readonly kind: EvidenceKind;
  readonly bytes: Uint8Array;
}

export interface ReplicaStore {
  readonly keeps: "device" | "memory";
  device(): Promise<DeviceRecord | null>;
  saveDevice(record: DeviceRecord): Promise<void>;
  notes(): Promise<readonly NoteRecord[]>;
  note(noteId: NoteId): Promise<NoteRecord | null>;
  /** Changes the record, or makes it from `fields` over a blank one. */
  saveNote(noteId: NoteId, fields: Partial<Omit<NoteRecord, "noteId">>): Promise<void>;
  /** Everything about the note leaves this device. */
  removeNote(noteId: NoteId): Promise<void>;
  load(noteId: NoteId): Promise<StoredNote>;
  /** The logs of which something waits to be sent, or to be read back. */
  waiting(): Promise<ReadonlySet<NoteId>>;
  /**
   * Does what `change` says in the order of its fields: rows dropped, the checkpoint and then the rows put after it. Rows that
   * don't continue what is there, or a checkpoint that leaves a gap before the rows that stay, are a RangeError. Rejects where
   * the device won't keep it, and then nothing of it is kept. `isStrict`: resolves only when it would survive a power cut.
   */
  change(noteId: NoteId, change: StoreChange, isStrict: boolean): Promise<void>;
  /** Oldest first. */
  drafts(noteId: NoteId): Promise<readonly Draft[]>;
  addDraft(noteId: NoteId, draft: Draft): Promise<void>;
  removeDraft(noteId: NoteId, draftId: string): Promise<void>;
  /** Oldest first. */
  evidence(noteId: NoteId): Promise<readonly Evidence[]>;
  /** Keeps it, and the newest of what was kept before. */
  addEvidence(noteId: NoteId, evidence: Evidence): Promise<void>;
}

export function byTime(a: { readonly atMs: number }, b: { readonly atMs: number }): number {
  return a.atMs - b.atMs;
}

export function blankNote(noteId: NoteId): NoteRecord {
  return {
    noteId,
    docId: null,
    genesis: null,
    linkId: null,
    secret: null,
    role: null,
    title: "",
    excerpt: "",
    seq: 0,
    tasksDone: 0,
    tasksTotal: 0,
    openedAtMs: 0,
    hasUnsent: false,
  };
}
