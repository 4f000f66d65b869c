// GET /api/notes, as the object answers it: a list in one of its orders, or a search.
import type { ListNotesQuery, NoteItem, ListedNote } from "@reed/api";
import type { Sql } from "@reed/room";
import { comparePlaces, decodeCursor, encodeCursor, type Place } from "./cursor.ts";
import { itemOf } from "./entry.ts";
import { type KeptEntry, keptOf } from "./entry-table.ts";
import { highlightsOf } from "./highlights.ts";
import { listPage, type Page } from "./list.ts";
import type { LibraryNotes } from "./notes.ts";
import { type Hit, type Meaning, searchNotes } from "./search.ts";

export type ListAnswer =
  | { readonly items: readonly ListedNote[]; readonly nextCursor: string | null }
  | { readonly code: "cursor_invalid" };

/** `urlBase`: the origin that addresses of notes begin with. */
export function answerList(sql: Sql, notes: LibraryNotes, query: ListNotesQuery, urlBase: string): ListAnswer {
  const after = query.cursor === undefined ? null : decodeCursor(query, query.cursor);
  if (query.cursor !== undefined && after === null) return { code: "cursor_invalid" };
  const text = query.q?.trim() ?? "";
  const page = text === "" ? listed(sql, query, after, urlBase) : found(sql, notes, query, text, after, urlBase);
  if (page === null) return { code: "cursor_invalid" };
  return { items: page.items, nextCursor: page.end === null ? null : encodeCursor(query, page.end) };
}

function listed(sql: Sql, query: ListNotesQuery, after: Place | null, urlBase: string): Page<ListedNote> | null {
  const page = listPage(sql, query, after);
  if (page === null) return null;
  return { ...page, items: page.items.flatMap((kept) => shown(kept, urlBase) ?? []) };
}

function found(
  sql: Sql,
  notes: LibraryNotes,
  query: ListNotesQuery,
  text: string,
  after: Place | null,
  urlBase: string,
): Page<ListedNote> {
  const { hits, meanings } = searchNotes(sql, notes.index, query, text);
  const from = after === null ? 0 : placeAfter(hits, after, query.sort !== undefined);
  const page = hits.slice(from, from + query.limit);
  const kept = new Map(
    sql
      .run(
        "SELECT k, note, rev, entry, excerpt FROM entries WHERE k IN (SELECT value FROM json_each(?))",
        JSON.stringify(page.map(({ k }) => k)),
      )
      .map((row) => keptOf(row))
      .map((entry) => [entry.k, entry] as const),
  );
  const items = page.flatMap(({ k }) => {
    const entry = kept.get(k);
    return entry === undefined ? [] : withHighlights(entry, notes, meanings, urlBase);
  });
  return { items, end: hits.length > from + query.limit ? (page.at(-1)?.place ?? null) : null };
}

/** Where the page after `after` begins: its note may have moved meanwhile, or be gone. */
function placeAfter(hits: readonly Hit[], after: Place, isSorted: boolean): number {
  if (!isSorted) {
    const index = hits.findIndex(({ place }) => comparePlaces(place, after) > 0);
    return index === -1 ? hits.length : index;
  }
  const [index = 0, k] = after;
  const at = hits.findIndex((hit) => hit.k === k);
  return at === -1 ? Number(index) : at + 1;
}

function withHighlights(
  kept: KeptEntry,
  notes: LibraryNotes,
  meanings: readonly Meaning[],
  urlBase: string,
): ListedNote[] {
  const item = shown(kept, urlBase);
  if (item === null) return [];
  return [{ ...item, highlights: highlightsOf(item.title, notes.table.text(kept.k), meanings) }];
}

function shown({ noteId, excerpt, entry }: KeptEntry, urlBase: string): NoteItem | null {
  return entry === null ? null : itemOf(noteId, excerpt, entry, urlBase);
}
