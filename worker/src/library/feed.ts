// The feed: what changed in the library goes to the user's devices as it happens, over the sockets of the private log. A device that
// was away says how far it has read and gets the rest in pages; only then is it live. Nothing of this is kept but when a device was
// last synced: a socket that outlives the object's memory counts as live, and is told a little more than it may have asked for.
import { equalBytes } from "@reed/bytes";
import type { FeedItem } from "@reed/api";
import type { CborValue } from "@reed/log";
import { COMPACT_VERSION, encodeDown, type LibraryCursor, type Subscribe } from "@reed/protocol";
import { type SessionState, TokenBucket } from "@reed/room";
import { itemOf } from "./entry.ts";
import type { EntryTable, KeptEntry, Revision } from "./entry-table.ts";
import type { NoteHead, SyncedDevice } from "./events.ts";
import type { Synced } from "./synced.ts";

/** Of one frame: what a device missed in a month is one page. */
const PAGE_ITEMS = 500;
const PAGE_BYTES = 256 * 1024;
/** A device asks once when it comes, once a page, and when the notes that it has open change. */
const ASKING = { perSecond: 2, burst: 120 } as const;

export interface FeedPorts {
  readonly table: EntryTable;
  readonly synced: Synced;
  sessions(): readonly SessionState[];
  send(connection: number, frame: Uint8Array): void;
  nowMs(): number;
}

export class Feed {
  readonly #ports: FeedPorts;
  readonly #live = new Set<number>();
  readonly #asking = new Map<number, TokenBucket>();
  /** Everything up to here was told to whoever is live. */
  #told: Revision;

  constructor(ports: FeedPorts) {
    this.#ports = ports;
    this.#told = ports.table.revision;
  }

  /** Sockets that outlived the memory of the object. */
  resume(sessions: readonly SessionState[]): void {
    for (const { connection, phase, version } of sessions)
      if (phase === "live" && version >= COMPACT_VERSION) this.#live.add(connection);
  }

  get hasListeners(): boolean {
    return this.#live.size > 0;
  }

  /** One page of what the device lacks; with the last one it is live. False: it asks too often. */
  subscribe(session: SessionState, { from }: Pick<Subscribe, "from">): boolean {
    const nowMs = this.#ports.nowMs();
    const { connection } = session;
    const asking = this.#asking.get(connection) ?? new TokenBucket(ASKING, nowMs);
    this.#asking.set(connection, asking);
    if (!asking.take(1, nowMs)) return false;
    this.push();
    const revision = this.#ports.table.revision;
    const start = startFor(from, revision);
    const page = this.#page(start, revision.rev);
    this.#send([connection], revision.epoch, start, page, revision.rev);
    if (page.rev < revision.rev) return true;
    this.#live.add(connection);
    this.#ports.synced.mark(session.visitor.device, revision.rev, nowMs);
    return true;
  }

  unsubscribe(connection: number): void {
    this.#live.delete(connection);
  }

  /** The socket is gone; `session`: as it was. */
  gone(session: SessionState): void {
    this.#asking.delete(session.connection);
    if (this.#live.delete(session.connection))
      this.#ports.synced.mark(session.visitor.device, this.#told.rev, this.#ports.nowMs());
  }

  /** Tells whoever is live what changed since the last time. */
  push(): void {
    const revision = this.#ports.table.revision;
    const isAnew = revision.epoch !== this.#told.epoch;
    if (isAnew) this.#live.clear();
    let { rev } = this.#told;
    this.#told = revision;
    if (isAnew) return this.#callBack(revision);
    while (this.#live.size > 0 && rev < revision.rev) {
      const page = this.#page(rev, revision.rev);
      this.#send([...this.#live], revision.epoch, rev, page, revision.rev);
      rev = page.rev;
    }
  }

  /** Tells whoever is live how far notes have grown. */
  heads(heads: readonly NoteHead[]): void {
    if (this.#live.size === 0 || heads.length === 0) return;
    this.push();
    const { epoch, rev } = this.#told;
    const items = heads.map(({ noteId, seq, chain }) => ({ type: "head", id: noteId, seq, chain }) satisfies FeedItem);
    this.#send([...this.#live], epoch, rev, { rev, items }, rev);
  }

  /** Devices that have everything now, and those that had it once. */
  devices(): readonly SyncedDevice[] {
    const nowMs = this.#ports.nowMs();
    const live = this.#ports.sessions().filter(({ connection }) => this.#live.has(connection));
    const isLive = (device: Uint8Array): boolean => live.some(({ visitor }) => equalBytes(visitor.device, device));
    return this.#ports.synced
      .all()
      .map((synced) => (isLive(synced.device) ? { ...synced, lastSyncedMs: nowMs } : synced))
      .toSorted((a, b) => b.lastSyncedMs - a.lastSyncedMs);
  }

  /** The revisions are counted anew: every device sees a frame that follows nothing it knows, and asks. */
  #callBack({ epoch, rev }: Revision): void {
    const connections = this.#ports
      .sessions()
      .flatMap(({ connection, phase }) => (phase === "live" ? [connection] : []));
    const asked = connections.filter((connection) => this.#asking.has(connection));
    this.#send(asked, epoch, rev, { rev, items: [] }, rev);
  }

  #page(fromRev: number, headRev: number): { readonly rev: number; readonly items: readonly FeedItem[] } {
    const kept = this.#ports.table.since(fromRev, PAGE_ITEMS);
    const items: FeedItem[] = [];
    let bytes = 0;
    for (const entry of kept) {
      const item = feedItemOf(entry);
      bytes += JSON.stringify(item).length;
      if (bytes > PAGE_BYTES && items.length > 0) break;
      items.push(item);
    }
    const isAll = items.length === kept.length && kept.length < PAGE_ITEMS;
    return { items, rev: isAll ? headRev : (kept[items.length - 1]?.rev ?? headRev) };
  }

  #send(
    connections: readonly number[],
    epoch: number,
    from: number,
    { rev, items }: { readonly rev: number; readonly items: readonly FeedItem[] },
    head: number,
  ): void {
    const frame = encodeDown({ type: "feed", epoch, from, rev, head, items: items.map(toCbor) });
    for (const connection of connections) this.#ports.send(connection, frame);
  }
}

/** Where a device goes on; 0 where what it knows is of another counting, or too old to be gone on from. */
function startFor({ epoch, rev }: LibraryCursor, revision: Revision): number {
  return epoch === revision.epoch && rev <= revision.rev && rev >= revision.floor ? rev : 0;
}

function feedItemOf({ noteId, excerpt, entry }: KeptEntry): FeedItem {
  if (entry === null) return { type: "gone", id: noteId };
  return { type: "note", ...itemOf(noteId, excerpt, entry, ""), seq: entry.seq, chain: entry.chain };
}

function toCbor(item: FeedItem): CborValue {
  return item.type === "note" ? { ...item } : item;
}
