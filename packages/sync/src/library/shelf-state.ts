// What a device knows of its user's library, as the feed tells it: pure. A frame that does not follow what is known is not taken, and
// the device asks again; one that begins anew replaces everything, but only when it has come to its end, so that a list which is
// being fetched never looks shorter than it is.
import { type FeedItem, readFeedItem } from "@reed/api";
import type { Feed, LibraryCursor } from "@reed/protocol";

export type KnownNote = Extract<FeedItem, { type: "note" }>;

/** What is kept of it. */
export interface ShelfState {
  readonly cursor: LibraryCursor;
  readonly notes: ReadonlyMap<string, KnownNote>;
  /** A beginning anew that has not come to its end: what it has listed. null: there is none. */
  readonly listed: ReadonlySet<string> | null;
  /** The list was heard to its end once. */
  readonly isWhole: boolean;
}

export const EMPTY_SHELF: ShelfState = {
  cursor: { epoch: 0, rev: 0 },
  notes: new Map(),
  listed: null,
  isWhole: false,
};

export interface Applied {
  readonly state: ShelfState;
  /** Ids of notes that are other than before, or gone. */
  readonly changed: readonly string[];
  /** More is to be asked for, from `state.cursor` on. */
  readonly asksMore: boolean;
}

/** null: the frame follows something that this device does not know. */
export function applyFeed(state: ShelfState, feed: Feed): Applied | null {
  const isAnew = feed.from === 0 && (state.cursor.rev !== 0 || state.cursor.epoch !== feed.epoch);
  if (!isAnew && (feed.epoch !== state.cursor.epoch || feed.from > state.cursor.rev)) return null;
  const notes = new Map(state.notes);
  const listed = isAnew ? new Set<string>() : state.listed === null ? null : new Set(state.listed);
  const changed: string[] = [];
  for (const item of itemsOf(feed)) {
    if (item.type === "gone") notes.delete(item.id);
    else if (item.type === "note") notes.set(item.id, item);
    else {
      const known = notes.get(item.id);
      if (known === undefined || known.seq >= item.seq) continue;
      notes.set(item.id, { ...known, seq: item.seq, chain: item.chain });
    }
    listed?.add(item.id);
    changed.push(item.id);
  }
  const isAtEnd = feed.rev >= feed.head;
  if (isAtEnd && listed !== null)
    for (const id of state.notes.keys())
      if (!listed.has(id)) {
        notes.delete(id);
        changed.push(id);
      }
  const rev = isAnew ? feed.rev : Math.max(feed.rev, state.cursor.rev);
  return {
    state: {
      cursor: { epoch: feed.epoch, rev },
      notes,
      listed: isAtEnd ? null : listed,
      isWhole: state.isWhole || isAtEnd,
    },
    changed,
    asksMore: !isAtEnd,
  };
}

/** Items of kinds that this version does not know fall away. */
function itemsOf({ items }: Feed): readonly FeedItem[] {
  return items.flatMap((item) => readFeedItem(item) ?? []);
}
