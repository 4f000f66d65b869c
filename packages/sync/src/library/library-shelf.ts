// The shelf of a user on this device. One tab has the socket: it takes the feed, keeps what it says and tells the other tabs, which
// read it from the store. Everything that is shown is made of three sources (shelf-entries.ts) and made anew when one of them changes.
import type { ListedNote } from "@reed/api";
import { parseNoteId, type NoteId } from "@reed/log";
import { decodeDown, encodeUp, MAX_FOLLOWED } from "@reed/protocol";
import type { PrivateLog } from "../private-log/private-log.ts";
import { entriesOf, type LocalNote } from "./shelf-entries.ts";
import type { NoteShelf, ShelfEntry, ShelfStatus } from "./shelf.ts";
import { ShelfIndex } from "./shelf-search.ts";
import { applyFeed, EMPTY_SHELF, type ShelfState } from "./shelf-state.ts";
import type { ShelfStore } from "./shelf-store.ts";

export interface LibraryShelfPorts {
  readonly log: PrivateLog;
  readonly store: ShelfStore;
  readonly userId: string;
  /** Whether other tabs of this device may show the same list. */
  readonly sharesDevice: boolean;
  local(): readonly LocalNote[];
  subscribeLocal(listener: () => void): () => void;
  /** Rejects where the server was not reached or said no. */
  searchServer(query: string): Promise<readonly ListedNote[]>;
}

/** Heads are asked for the notes that were opened last; what is told is forgotten by then. */
const FOLLOW_AGAIN_MS = 4 * 60 * 1000;
const FOLLOWED = Math.min(16, MAX_FOLLOWED);
/** Notes that the index takes in without a pause: a few ms, so that typing does not wait. */
const INDEXED_AT_ONCE = 50;

export class LibraryShelf implements NoteShelf {
  readonly #ports: LibraryShelfPorts;
  readonly #listeners = new Set<() => void>();
  readonly #channel: BroadcastChannel | null;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #following: ReturnType<typeof setInterval>;
  #state: ShelfState = EMPTY_SHELF;
  #isLoaded = false;
  #isLive = false;
  #isClosed = false;
  #saving: Promise<void> = Promise.resolve();
  #entries: readonly ShelfEntry[] | null = null;
  readonly #index = new ShelfIndex();
  /** The entries that the index was shown. */
  #shown: readonly ShelfEntry[] | null = null;
  #growing: Promise<void> | null = null;
  readonly #loaded: Promise<void>;

  constructor(ports: LibraryShelfPorts) {
    this.#ports = ports;
    const { log } = ports;
    this.#channel = ports.sharesDevice ? new BroadcastChannel(`reed/1/shelf/${ports.userId}`) : null;
    this.#channel?.addEventListener("message", () => void this.#load());
    this.#unsubscribe = [log.subscribe(() => this.#changed()), ports.subscribeLocal(() => this.#changed())];
    this.#loaded = this.#load().then(() =>
      log.listenToFeed({ onGreeted: () => this.#ask(), onFeed: (frame) => this.#hear(frame) }),
    );
    this.#following = setInterval(() => this.#isLive && this.#ask(), FOLLOW_AGAIN_MS);
  }

  entries(): readonly ShelfEntry[] {
    this.#entries ??= entriesOf({
      notes: this.#state.notes,
      local: this.#ports.local(),
      registers: this.#ports.log.read(),
    });
    return this.#entries;
  }

  status(): ShelfStatus {
    return {
      isLoaded: this.#isLoaded,
      isWhole: this.#state.isWhole,
      isLive: this.#isLive && this.#ports.log.isConnected,
    };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async search(query: string): Promise<readonly ShelfEntry[]> {
    await this.#grow();
    return this.#index.search(query);
  }

  async searchServer(query: string): Promise<readonly ShelfEntry[] | null> {
    if (query.trim() === "") return [];
    const found = await this.#ports.searchServer(query).catch(() => null);
    if (found === null) return null;
    const here = new Map(this.entries().map((entry) => [entry.id, entry]));
    return found.map((item) => ({ ...UNKNOWN_HERE, ...here.get(item.id), ...item }));
  }

  refresh(): void {
    this.#ask();
  }

  pin(noteId: string, isPinned: boolean): void {
    this.#ports.log.set({ pins: new Map([[noteIdOf(noteId), isPinned ? true : null]]) });
  }

  tag(noteId: string, tag: string, isOn: boolean): void {
    this.#ports.log.set({ tags: new Map([[`${noteIdOf(noteId)}/${tag}`, isOn ? true : null]]) });
  }

  markOpened(noteId: string): void {
    const nowUs = Date.now() * 1000;
    const id = noteIdOf(noteId);
    this.#ports.log.set({ opened: new Map([[id, nowUs]]), read: new Map([[id, nowUs]]) });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    clearInterval(this.#following);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#ports.log.say(encodeUp({ type: "unsubscribe" }));
    this.#channel?.close();
    await this.#loaded;
    await this.#saving;
    this.#ports.store.close();
  }

  /** Brings the index up to the entries of this moment, a part at a time. */
  #grow(): Promise<void> {
    this.#growing ??= this.#growOn().finally(() => {
      this.#growing = null;
    });
    return this.#growing;
  }

  async #growOn(): Promise<void> {
    for (;;) {
      const entries = this.entries();
      if (entries !== this.#shown) this.#index.show((this.#shown = entries));
      if (this.#index.isReady) return;
      this.#index.grow(INDEXED_AT_ONCE);
      if (!this.#index.isReady) await new Promise((resolve) => setTimeout(resolve));
      if (this.#isClosed) return;
    }
  }

  async #load(): Promise<void> {
    try {
      await this.#saving;
      const state = await this.#ports.store.load();
      if (this.#isClosed || (this.#isLive && state.cursor.rev < this.#state.cursor.rev)) return;
      this.#state = state;
    } catch {
      // Nothing was kept, or it can't be read: the feed brings it again.
    } finally {
      this.#isLoaded = true;
      this.#changed();
      // Whoever searches finds the index made.
      void this.#grow();
    }
  }

  /** Everything newer than what is known; where the tab has no socket, nobody hears. */
  #ask(): void {
    if (this.#isClosed) return;
    const notes = this.entries()
      .filter(({ trashedAt }) => trashedAt === null)
      .toSorted((a, b) => b.openedAtMs - a.openedAtMs)
      .slice(0, FOLLOWED)
      .flatMap(({ id }) => parseNoteId(id) ?? []);
    this.#ports.log.say(encodeUp({ type: "subscribe", from: this.#state.cursor, notes }));
  }

  #hear(frame: Uint8Array): void {
    if (this.#isClosed) return;
    const feed = feedOf(frame);
    if (feed === null) return;
    const applied = applyFeed(this.#state, feed);
    if (applied === null) return this.#ask();
    this.#state = applied.state;
    this.#isLive = !applied.asksMore;
    if (applied.asksMore) this.#ask();
    this.#keep(applied.changed);
    this.#changed();
  }

  #keep(changed: readonly string[]): void {
    const state = this.#state;
    this.#saving = this.#saving
      .then(() => this.#ports.store.save(state, changed))
      .then(
        () => this.#channel?.postMessage("changed"),
        () => undefined, // the list is in this window all the same
      );
  }

  #changed(): void {
    this.#entries = null;
    for (const listener of this.#listeners) listener();
  }
}

const UNKNOWN_HERE = {
  isLocal: false,
  hasUnsent: false,
  isPinned: false,
  ownTags: [],
  openedAtMs: 0,
  isUnread: false,
} as const;

function noteIdOf(noteId: string): NoteId {
  const parsed = parseNoteId(noteId);
  if (parsed === null) throw new RangeError("not a note id");
  return parsed;
}

function feedOf(frame: Uint8Array) {
  try {
    const message = decodeDown(frame);
    return message.type === "feed" ? message : null;
  } catch {
    return null;
  }
}
