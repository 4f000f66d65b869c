// The notes of one library: takes what notes tell, in whatever order it comes, and keeps table and index in step. Every call is one
// synchronous step inside a transaction of its caller.
import { cardOf } from "@reed/card";
import { parseNoteId } from "@reed/log";
import type { Sql } from "@reed/room";
import { decodeEntry, encodeEntry } from "./entry.ts";
import { EntryTable, type EntryState } from "./entry-table.ts";
import { type NoteEvent, SEARCHED_TEXT_BYTES } from "./events.ts";
import { facetsOf, SearchIndex, type Searched } from "./search-index.ts";

export class LibraryNotes {
  readonly table: EntryTable;
  readonly index: SearchIndex;

  constructor(sql: Sql) {
    this.table = new EntryTable(sql);
    this.index = new SearchIndex(sql);
  }

  /** True where it changed what the user sees. `isAnew`: whatever was known, this is how it is now. */
  take(event: NoteEvent, nowMs: number, isAnew = false): boolean {
    const before = this.table.state(event.noteId);
    if (before !== null && event.version <= before.version && !isAnew) return this.#takeLateText(event, before);
    if (event.entry === null) return this.#lose(event, before, nowMs);
    const had = this.#searched(before);
    const encoded = encodeEntry(event.entry);
    const isSame = before?.entry === encoded;
    const k = isSame && !isAnew ? before.k : this.table.put(event.noteId, event.version, decodeEntry(encoded), before);
    if (isSame && !isAnew) this.table.heard(k, event.version);
    const isTextTold = event.text !== null && (isAnew || event.version > (before?.textVersion ?? -1));
    const text = isTextTold ? beginningOf(event.text ?? "") : (had?.text ?? "");
    const isTextNew = isTextTold && (had === null || text !== had.text);
    if (isTextTold) this.#keepText(k, event.version, text);
    const now: Searched = { entry: decodeEntry(encoded), text };
    if (isAnew) this.index.putAnew(k, now);
    else if (had === null || isTextNew || !isFoundAlike(now, had)) this.index.put(k, now, had);
    return !isSame || isTextNew || isAnew;
  }

  /** Begins the index anew from what is kept. The notes themselves follow by `take(…, isAnew)` or `reindex`. */
  clearIndex(): void {
    this.index.clear();
    this.table.beginEpoch();
  }

  reindex(noteId: string): void {
    const id = parseNoteId(noteId);
    const state = id === null ? null : this.table.state(id);
    const had = this.#searched(state);
    if (state !== null && had !== null) this.index.putAnew(state.k, had);
  }

  /** An entry that came after a newer one, with a text that the newer one did not have. */
  #takeLateText(event: NoteEvent, before: EntryState): boolean {
    if (event.text === null || before.entry === null || event.version <= before.textVersion) return false;
    const had = this.#searched(before);
    const text = beginningOf(event.text);
    this.#keepText(before.k, event.version, text);
    if (had !== null && text !== had.text) this.index.put(before.k, { ...had, text }, had);
    return had !== null && text !== had.text;
  }

  #lose(event: NoteEvent, before: EntryState | null, nowMs: number): boolean {
    const had = this.#searched(before);
    if (before !== null && had !== null) this.index.drop(before.k, had);
    this.table.lose(event.noteId, event.version, before, nowMs);
    return before === null ? false : before.entry !== null;
  }

  #keepText(k: number, version: number, text: string): void {
    this.table.putText(k, version, text, cardOf(text).excerpt);
  }

  #searched(state: EntryState | null): Searched | null {
    if (state === null || state.entry === null) return null;
    return { entry: decodeEntry(state.entry), text: this.table.text(state.k) };
  }
}

/** Whether the index holds the same for both, their texts being equal. */
function isFoundAlike(a: Searched, b: Searched): boolean {
  return a.entry.title === b.entry.title && facetsOf(a.entry).join() === facetsOf(b.entry).join();
}

/** As much of a text as is searched. */
function beginningOf(text: string): string {
  if (text.length * 3 <= SEARCHED_TEXT_BYTES) return text.toWellFormed();
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= SEARCHED_TEXT_BYTES) return text.toWellFormed();
  // A character that is cut through at the end is left out.
  return new TextDecoder().decode(bytes.subarray(0, SEARCHED_TEXT_BYTES), { stream: true });
}
