// Search as one types: what this device has at once, and again whenever that changes; a moment later what only the server finds.

import type { NoteShelf, ShelfEntry } from "@reed/sync";
import { useEffect, useState } from "react";
import { merged } from "./note-view.ts";

/** A pause in typing after which the server is asked. */
const askAfterMs = 250;

export interface Found {
  readonly query: string;
  readonly entries: readonly ShelfEntry[];
  /** searching: the server has not answered yet. away: it was not reached, so only what this device has was looked through. */
  readonly server: "searching" | "answered" | "away";
}

interface Answer<Entries> {
  readonly query: string;
  readonly entries: Entries;
}

/** Null while there is nothing to search for, or no answer yet. `entries`: what the shelf has now. */
export function useSearch(shelf: NoteShelf, entries: readonly ShelfEntry[], given: string): Found | null {
  const query = given.trim();
  const [here, setHere] = useState<Answer<readonly ShelfEntry[]> | null>(null);
  const [there, setThere] = useState<Answer<readonly ShelfEntry[] | null> | null>(null);

  useEffect(() => {
    if (query === "") return;
    let isWanted = true;
    shelf.search(query).then(
      (found) => isWanted && setHere({ query, entries: found }),
      () => undefined, // closed meanwhile
    );
    return () => {
      isWanted = false;
    };
  }, [shelf, entries, query]);

  useEffect(() => {
    if (query === "") return;
    let isWanted = true;
    const timer = setTimeout(async () => {
      const found = await shelf.searchServer(query).catch(() => null);
      if (isWanted) setThere({ query, entries: found });
    }, askAfterMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [shelf, query]);

  // The last answer stays until the next: it is narrowed as one types on.
  if (query === "" || here === null) return null;
  if (there?.query !== here.query) return { ...here, server: "searching" };
  const server = there.entries === null ? "away" : "answered";
  return { query: here.query, entries: merged(here.entries, there.entries ?? []), server };
}
