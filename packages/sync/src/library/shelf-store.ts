// What the device keeps of its user's library, so that the list is there offline and at once: a database of its own, one user's at a
// time. It is a copy: lost, it is fetched again. Where the browser keeps nothing, neither does this.
import { readFeedItem } from "@reed/api";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { EMPTY_SHELF, type KnownNote, type ShelfState } from "./shelf-state.ts";

export const SHELF_DATABASE = "reed-shelf";

interface ShelfSchema extends DBSchema {
  readonly notes: { readonly key: string; readonly value: KnownNote };
  readonly about: { readonly key: "self"; readonly value: About };
}

interface About {
  readonly userId: string;
  readonly epoch: number;
  readonly rev: number;
  readonly isWhole: boolean;
}

export interface ShelfStore {
  load(): Promise<ShelfState>;
  /** Keeps the state, of whose notes `changed` are other than before. What is not at its end is kept when it is. */
  save(state: ShelfState, changed: readonly string[]): Promise<void>;
  close(): void;
}

export const NO_SHELF_STORE: ShelfStore = {
  load: () => Promise.resolve(EMPTY_SHELF),
  save: () => Promise.resolve(),
  close: () => undefined,
};

export function idbShelfStore(userId: string): ShelfStore {
  let opened: Promise<IDBPDatabase<ShelfSchema>> | null = null;
  let unsaved = new Set<string>();
  const open = () => (opened ??= openShelf(() => (opened = null)));
  return {
    load: async () => {
      const transaction = (await open()).transaction(["notes", "about"]);
      const about = await transaction.objectStore("about").get("self");
      if (about?.userId !== userId) return EMPTY_SHELF;
      const { epoch, rev, isWhole } = about;
      const notes = new Map<string, KnownNote>();
      for (const note of await transaction.objectStore("notes").getAll()) {
        // One that an older version of the app kept in another form: everything is asked for anew.
        const known = readFeedItem(note);
        if (known?.type !== "note") return EMPTY_SHELF;
        notes.set(known.id, known);
      }
      return { cursor: { epoch, rev }, notes, listed: null, isWhole };
    },
    save: async (state, changed) => {
      for (const id of changed) unsaved.add(id);
      if (state.listed !== null) return;
      const ids = unsaved;
      unsaved = new Set();
      const transaction = (await open()).transaction(["notes", "about"], "readwrite");
      const notes = transaction.objectStore("notes");
      const about = transaction.objectStore("about");
      const isOthers = (await about.get("self"))?.userId !== userId;
      if (isOthers) await notes.clear();
      for (const id of isOthers ? state.notes.keys() : ids) {
        const note = state.notes.get(id);
        void (note === undefined ? notes.delete(id) : notes.put(note, id));
      }
      void about.put({ userId, ...state.cursor, isWhole: state.isWhole }, "self");
      await transaction.done;
    },
    close: () =>
      void opened?.then(
        (database) => database.close(),
        () => undefined,
      ),
  };
}

function openShelf(onLost: () => void): Promise<IDBPDatabase<ShelfSchema>> {
  return openDB<ShelfSchema>(SHELF_DATABASE, 1, {
    upgrade(database) {
      database.createObjectStore("notes");
      database.createObjectStore("about");
    },
    blocking(_current, _blocked, event) {
      if (event.target instanceof IDBDatabase) event.target.close();
      onLost();
    },
    terminated: onLost,
  });
}
