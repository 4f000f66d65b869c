// What a device keeps: its key, its notes, and for each note the log as far as it was read, the edits that wait and the ops that
// are unanswered. Two implementations: IndexedDB, and memory where a browser keeps nothing. Each `change` is atomic.
import type { Role } from "@reed/access";
import type { DeviceKeyHandle } from "@reed/crypto";
import type { LogRow, NoteId } from "@reed/log";
import type { StoreChange } from "../engine/effect.ts";
import type { StoredInFlight } from "../engine/in-flight.ts";
import type { OutboxEntry } from "../engine/outbox.ts";
import type { Draft } from "../open-note.ts";

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
  readonly tasksDone: number;
  readonly tasksTotal: number;
  readonly openedAtMs: number;
  readonly hasUnsent: boolean;
}

export interface DeviceRecord {
  readonly handle: DeviceKeyHandle;
  readonly publicKey: Uint8Array;
  readonly name: string;
  readonly color: string;
  /** The guest that this device is; null until one was needed. */
  readonly guest: { readonly userId: string; readonly certificate: Uint8Array } | null;
  readonly platformKey: Uint8Array | null;
}

export interface StoredNote {
  readonly rows: readonly LogRow[];
  readonly outbox: readonly OutboxEntry[];
  readonly inFlight: readonly StoredInFlight[];
  readonly ctr: number;
}

export interface ReplicaStore {
  readonly keeps: "device" | "memory";
  device(): Promise<DeviceRecord | null>;
  saveDevice(record: DeviceRecord): Promise<void>;
  notes(): Promise<readonly NoteRecord[]>;
  note(noteId: NoteId): Promise<NoteRecord | null>;
  /** Changes the record, or makes it from `fields` over a blank one. */
  saveNote(noteId: NoteId, fields: Partial<Omit<NoteRecord, "noteId">>): Promise<void>;
  load(noteId: NoteId): Promise<StoredNote>;
  /** `isStrict`: resolves only when the change would survive a power cut. Rejects where the device won't keep it. */
  change(noteId: NoteId, change: StoreChange, isStrict: boolean): Promise<void>;
  drafts(noteId: NoteId): Promise<readonly Draft[]>;
  addDraft(noteId: NoteId, draft: Draft): Promise<void>;
  removeDraft(noteId: NoteId, draftId: string): Promise<void>;
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
    tasksDone: 0,
    tasksTotal: 0,
    openedAtMs: 0,
    hasUnsent: false,
  };
}
