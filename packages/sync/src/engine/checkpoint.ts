// What a device keeps of the log up to a position, in place of its rows: so that a note opens at once however long its history.
import type { Cursor } from "@reed/log";

export interface Checkpoint {
  readonly at: Cursor;
  /** Ledger.save() at that position. */
  readonly ledger: Uint8Array;
  /** The Yjs document there, V2. */
  readonly document: Uint8Array;
}
