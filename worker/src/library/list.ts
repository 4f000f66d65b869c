// A page of a library in one of its orders. An order is an index of its own, and a page begins where the last one ended, so what is
// read grows with the page and not with the library; with a filter, with the notes that the filter leaves.
import type { ListNotesQuery, NoteScope, NoteSort } from "@reed/api";
import type { Sql, SqlRow, SqlValue } from "@reed/room";
import type { Place } from "./cursor.ts";
import { type KeptEntry, keptOf } from "./entry-table.ts";
import { SHELVES, type Shelf } from "./entry.ts";
import { facet } from "./search-index.ts";

export interface Placed {
  readonly kept: KeptEntry;
  readonly place: Place;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins: after this; null at the end. */
  readonly end: Place | null;
}

const COLUMN = {
  updated: "modified_us",
  created: "created_us",
  title: "title_key",
  creator: "creator_key",
} as const satisfies Record<NoteSort, string>;

const SHELVES_OF: Readonly<Record<NoteScope, readonly Shelf[]>> = {
  owned: [SHELVES.owned],
  shared: [SHELVES.shared],
  all: [SHELVES.owned, SHELVES.shared],
  trash: [SHELVES.trash],
};

const KEPT = "e.k, e.note, e.rev, e.entry, e.excerpt";

/** null: `after` is no place of this order. */
export function listPage(sql: Sql, query: ListNotesQuery, after: Place | null): Page<KeptEntry> | null {
  const sort = query.sort ?? "updated";
  const column = COLUMN[sort];
  const isDown = isDescending(query, sort);
  const from = after === null ? null : placeIn(sort, after);
  if (from === undefined) return null;
  const [direction, beyond] = isDown ? (["DESC", "<"] as const) : (["ASC", ">"] as const);
  const keyset = from === null ? "" : `AND (e.${column}, e.k) ${beyond} (?, ?)`;
  const order = `ORDER BY e.${column} ${direction}, e.k ${direction} LIMIT ?`;
  const tail: readonly SqlValue[] = [...(from ?? []), query.limit + 1];
  const filter = filterOf(query);
  const rows =
    filter === null
      ? SHELVES_OF[query.scope].flatMap((shelf) =>
          sql.run(
            `SELECT ${KEPT}, e.${column} AS key FROM entries e WHERE e.shelf = ? ${keyset} ${order}`,
            shelf,
            ...tail,
          ),
        )
      : sql.run(
          `SELECT ${KEPT}, e.${column} AS key FROM found f CROSS JOIN entries e ON e.k = f.rowid WHERE f.found MATCH ? ${keyset} ${order}`,
          filter,
          ...tail,
        );
  const placed = rows.map(placedOf).toSorted((a, b) => byPlace(a, b, isDown));
  return pageOf(placed, query.limit);
}

/** Newest first for times, from A for names, unless asked otherwise. */
export function isDescending({ order }: ListNotesQuery, sort: NoteSort): boolean {
  return (order ?? (sort === "updated" || sort === "created" ? "desc" : "asc")) === "desc";
}

/** What the facets of a note must have for `query`; null where its scope says all. */
function filterOf(query: ListNotesQuery): string | null {
  return isFiltered(query) ? facetsMatch(query) : null;
}

export function facetsMatch({ scope, createdBy, sharedBy, sharedWith, tag }: ListNotesQuery): string {
  const scopes = SHELVES_OF[scope].map((shelf) => `"${facet.scope(shelf)}"`).join(" OR ");
  const others = [
    createdBy === undefined ? null : facet.createdBy(createdBy),
    sharedBy === undefined ? null : facet.sharedBy(sharedBy),
    sharedWith === undefined ? null : facet.sharedWith(sharedWith),
    tag === undefined ? null : facet.tag(tag),
  ].filter((term) => term !== null);
  return `{facets} : (${[`(${scopes})`, ...others.map((term) => `"${term}"`)].join(" AND ")})`;
}

function isFiltered({ createdBy, sharedBy, sharedWith, tag }: ListNotesQuery): boolean {
  return [createdBy, sharedBy, sharedWith, tag].some((value) => value !== undefined);
}

/** undefined for a place that is of another order. */
function placeIn(sort: NoteSort, [key, k]: Place): readonly [number | string, number] | undefined {
  const isOfKind = typeof key === (sort === "updated" || sort === "created" ? "number" : "string");
  return isOfKind && key !== undefined && typeof k === "number" ? [key, k] : undefined;
}

function placedOf(row: SqlRow): Placed {
  const kept = keptOf(row);
  const key = row["key"];
  if (typeof key !== "number" && typeof key !== "string") throw new TypeError("an order has numbers or texts");
  return { kept, place: [key, kept.k] };
}

function byPlace(a: Placed, b: Placed, isDown: boolean): number {
  const [keyA = 0, kA = 0] = a.place;
  const [keyB = 0, kB = 0] = b.place;
  const compared = keyA === keyB ? Number(kA) - Number(kB) : compareKeys(keyA, keyB);
  return isDown ? -compared : compared;
}

/** Texts as SQLite has them in order: by their characters' numbers. */
export function compareKeys(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [[...String(a)], [...String(b)]];
  for (const [index, character] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return left.length - right.length;
}

function pageOf(placed: readonly Placed[], limit: number): Page<KeptEntry> {
  const items = placed.slice(0, limit);
  const end = placed.length > limit ? (items.at(-1)?.place ?? null) : null;
  return { items: items.map(({ kept }) => kept), end };
}
