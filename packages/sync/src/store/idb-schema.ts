// The device's database (docs/spec/storage.md). Versions are added, never edited.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { LogRow, NoteId } from "@reed/log";
import type { StoredInFlight } from "../engine/in-flight.ts";
import type { OutboxEntry } from "../engine/outbox.ts";
import type { Draft } from "../open-note.ts";
import type { DeviceRecord, NoteRecord } from "./replica-store.ts";

export const DATABASE_VERSION = 1;

export interface ReedSchema extends DBSchema {
  readonly log: { readonly key: [NoteId, number]; readonly value: LogRow & { readonly noteId: NoteId } };
  readonly outbox: { readonly key: [NoteId, number]; readonly value: OutboxEntry & { readonly noteId: NoteId } };
  readonly in_flight: { readonly key: [NoteId, string]; readonly value: StoredInFlight & { readonly noteId: NoteId } };
  readonly counters: { readonly key: NoteId; readonly value: { readonly noteId: NoteId; readonly ctr: number } };
  readonly notes: { readonly key: NoteId; readonly value: NoteRecord };
  readonly drafts: { readonly key: [NoteId, string]; readonly value: Draft & { readonly noteId: NoteId } };
  readonly device: { readonly key: "self"; readonly value: DeviceRecord };
}

export type ReedDatabase = IDBPDatabase<ReedSchema>;

/** Opens the database, making or migrating it. `onLost` is called when the handle is dead: open anew before the next use. */
export function openDatabase(name: string, onLost: () => void): Promise<ReedDatabase> {
  return openDB<ReedSchema>(name, DATABASE_VERSION, {
    upgrade(database, oldVersion) {
      if (oldVersion < 1) {
        database.createObjectStore("log", { keyPath: ["noteId", "seq"] });
        database.createObjectStore("outbox", { keyPath: ["noteId", "id"] });
        database.createObjectStore("in_flight", { keyPath: ["noteId", "key"] });
        database.createObjectStore("counters", { keyPath: "noteId" });
        database.createObjectStore("notes", { keyPath: "noteId" });
        database.createObjectStore("drafts", { keyPath: ["noteId", "id"] });
        database.createObjectStore("device");
      }
    },
    blocking(_current, _blocked, event) {
      if (event.target instanceof IDBDatabase) event.target.close();
      onLost();
    },
    terminated: onLost,
  });
}

/** Every key of one note in a store whose keys begin with the note id. */
export function keysOf(noteId: NoteId): IDBKeyRange {
  return IDBKeyRange.bound([noteId], [noteId, []]);
}
