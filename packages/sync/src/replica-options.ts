// What an open note needs of the device around it.
import type { NoteId } from "@reed/log";
import type { LeaderPorts } from "./note-leader.ts";
import type { Server } from "./server.ts";
import type { NoteRecord } from "./store/replica-store.ts";

export interface ReplicaOptions extends LeaderPorts {
  readonly server: Server;
  readonly noteId: NoteId;
  /** The record as the URL and the store have it. */
  readonly record: Promise<NoteRecord>;
  /** Whether other tabs of this device may be at the same note. */
  readonly sharesDevice: boolean;
  /** Listeners are called at most this often, in ms; 0: at every change. */
  readonly statusEveryMs: number | (() => number);
  /** Whether others see that this person has it open. */
  readonly isSeen: boolean;
  readonly onSummary: () => void;
  /** It is closed, and nothing of it is left in this window. */
  readonly onClosed: () => void;
}
