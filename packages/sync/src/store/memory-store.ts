// A store that lasts as long as its window: for opaque-origin frames and browsers that refuse to keep anything.
import { assertContinues, type LogRow, type NoteId } from "@reed/log";
import type { Checkpoint } from "../engine/checkpoint.ts";
import type { StoreChange } from "../engine/effect.ts";
import type { StoredInFlight } from "../engine/in-flight.ts";
import type { OutboxEntry } from "../engine/outbox.ts";
import type { Draft } from "../open-note.ts";
import {
  blankNote,
  byTime,
  type DeviceRecord,
  type Evidence,
  MAX_EVIDENCE,
  type NoteRecord,
  type ReplicaStore,
  type StoredNote,
} from "./replica-store.ts";

interface Shelf {
  checkpoint: Checkpoint | null;
  rows: LogRow[];
  readonly outbox: Map<number, OutboxEntry>;
  readonly inFlight: Map<string, StoredInFlight>;
  readonly drafts: Map<string, Draft>;
  evidence: readonly Evidence[];
  ctr: number;
}

export class MemoryStore implements ReplicaStore {
  readonly keeps = "memory";
  readonly #records = new Map<NoteId, NoteRecord>();
  readonly #shelves = new Map<NoteId, Shelf>();
  #device: DeviceRecord | null = null;

  async device(): Promise<DeviceRecord | null> {
    return this.#device;
  }

  async saveDevice(record: DeviceRecord): Promise<void> {
    this.#device = record;
  }

  async notes(): Promise<readonly NoteRecord[]> {
    return [...this.#records.values()];
  }

  async note(noteId: NoteId): Promise<NoteRecord | null> {
    return this.#records.get(noteId) ?? null;
  }

  async saveNote(noteId: NoteId, fields: Partial<Omit<NoteRecord, "noteId">>): Promise<void> {
    this.#records.set(noteId, { ...(this.#records.get(noteId) ?? blankNote(noteId)), ...fields });
  }

  async removeNote(noteId: NoteId): Promise<void> {
    this.#records.delete(noteId);
    this.#shelves.delete(noteId);
  }

  async load(noteId: NoteId): Promise<StoredNote> {
    const { checkpoint, rows, outbox, inFlight, ctr } = this.#shelf(noteId);
    const byId = [...outbox.values()].toSorted((a, b) => a.id - b.id);
    return { checkpoint, rows: [...rows], outbox: byId, inFlight: [...inFlight.values()], ctr };
  }

  async waiting(): Promise<ReadonlySet<NoteId>> {
    const busy = [...this.#shelves].filter(([, { outbox, inFlight }]) => outbox.size + inFlight.size > 0);
    return new Set(busy.map(([noteId]) => noteId));
  }

  async change(noteId: NoteId, change: StoreChange): Promise<void> {
    const shelf = this.#shelf(noteId);
    changeLog(shelf, change);
    if (change.addOutbox !== undefined) shelf.outbox.set(change.addOutbox.id, change.addOutbox);
    for (const id of change.removeOutbox ?? []) shelf.outbox.delete(id);
    for (const item of change.addInFlight ?? []) shelf.inFlight.set(item.key, item);
    for (const key of change.removeInFlight ?? []) shelf.inFlight.delete(key);
    shelf.ctr = Math.max(shelf.ctr, change.ctr ?? 0);
  }

  async drafts(noteId: NoteId): Promise<readonly Draft[]> {
    return [...this.#shelf(noteId).drafts.values()].toSorted(byTime);
  }

  async addDraft(noteId: NoteId, draft: Draft): Promise<void> {
    this.#shelf(noteId).drafts.set(draft.id, draft);
  }

  async removeDraft(noteId: NoteId, draftId: string): Promise<void> {
    this.#shelf(noteId).drafts.delete(draftId);
  }

  async evidence(noteId: NoteId): Promise<readonly Evidence[]> {
    return this.#shelf(noteId).evidence;
  }

  async addEvidence(noteId: NoteId, evidence: Evidence): Promise<void> {
    const shelf = this.#shelf(noteId);
    shelf.evidence = [...shelf.evidence, evidence].slice(-MAX_EVIDENCE);
  }

  #shelf(noteId: NoteId): Shelf {
    const known = this.#shelves.get(noteId);
    if (known !== undefined) return known;
    const shelf: Shelf = {
      checkpoint: null,
      rows: [],
      outbox: new Map(),
      inFlight: new Map(),
      drafts: new Map(),
      evidence: [],
      ctr: 0,
    };
    this.#shelves.set(noteId, shelf);
    return shelf;
  }
}

/** Throws a RangeError, and has changed nothing, where rows would not continue what they follow. */
function changeLog(shelf: Shelf, { dropRows, checkpoint, rows = [] }: StoreChange): void {
  const base = (checkpoint ?? shelf.checkpoint)?.at.seq ?? 0;
  const isCut = dropRows === true || checkpoint !== undefined;
  const kept = isCut ? shelf.rows.filter(({ seq }) => dropRows !== true && seq > base) : shelf.rows;
  assertContinues(kept.slice(0, 1), base);
  assertContinues(rows, kept.at(-1)?.seq ?? base);
  kept.push(...rows);
  shelf.rows = kept;
  shelf.checkpoint = checkpoint ?? shelf.checkpoint;
}
