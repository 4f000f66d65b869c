// What the list of versions says.

import type { VersionEntry } from "@reed/api";
import { whenWords } from "../notes/note-words.ts";

const shownAuthors = 3;

/** "Tuesday, 14:05". */
export function versionWhen(at: string, nowMs: number): string {
  const atMs = Date.parse(at);
  const day = whenWords(atMs, nowMs);
  if (day === "now") return "just now";
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(atMs);
  return day === time ? `today, ${time}` : `${day}, ${time}`;
}

/** "by Ana, Mo and 2 others"; null where nobody's name is known. */
export function authorWords({ authors }: Pick<VersionEntry, "authors">): string | null {
  const named = authors.flatMap(({ name }) => (name === null ? [] : [name]));
  const unnamed = authors.length - named.length;
  const shown = named.slice(0, shownAuthors);
  const more = named.length - shown.length + unnamed;
  if (shown.length === 0) return unnamed === 0 ? null : unnamed === 1 ? "by a guest" : `by ${unnamed} guests`;
  const others = more === 0 ? [] : [more === 1 ? "1 other" : `${more} others`];
  return `by ${new Intl.ListFormat("en").format([...shown, ...others])}`;
}
