// What a row of the list of links says.

import type { ShareLink } from "@reed/sync";
import { whenWords } from "../notes/note-words.ts";

export function linkName(link: Pick<ShareLink, "name" | "role">): string {
  return link.name ?? (link.role === "editor" ? "Edit link" : "View link");
}

/** "edit · 4 here now · opened 12 times". What can be done is left out where the name says it. */
export function linkFacts(link: ShareLink, nowMs: number): string {
  const facts: string[] = [];
  if (link.name !== null) facts.push(link.role === "editor" ? "edit" : "view");
  if (link.live > 0) facts.push(`${link.live} here now`);
  if (link.uses === 0) facts.push("not opened yet");
  else if (link.live > 0 || link.lastUsedAtMs === null)
    facts.push(link.uses === 1 ? "opened once" : `opened ${link.uses} times`);
  else facts.push(lastOpened(whenWords(link.lastUsedAtMs, nowMs)));
  return facts.join(" · ");
}

function lastOpened(when: string): string {
  return when === "now" ? "opened just now" : `last opened ${/^\d{1,2}:\d/u.test(when) ? `at ${when}` : when}`;
}
