// What the list says where it has nothing to show, and of what was found.

import type { View } from "./note-view.ts";
import type { Found } from "./use-search.ts";

export function emptyWords({ scope, narrowing }: View): string {
  if (narrowing !== null) return "No note fits that any more.";
  switch (scope) {
    case "all":
      return "Notes you write or open are listed here.";
    case "owned":
      return "You have no notes of your own yet.";
    case "shared":
      return "Notes that others share with you are listed here.";
    case "trash":
      return "The trash is empty. What you delete stays here for 30 days.";
  }
}

export function foundWords({ query, entries, server }: Pick<Found, "query" | "entries" | "server">): string {
  const here = server === "away" ? " on this device" : "";
  if (entries.length === 0) return server === "searching" ? "Searching…" : `Nothing found${here} for “${query}”.`;
  return `${entries.length === 1 ? "1 note" : `${entries.length} notes`} found${here}`;
}
