// What a row of the list of links says.

import type { Link } from "@reed/api";
import { whenWords } from "../notes/note-words.ts";
import { dateWords } from "./link-end.ts";

export function linkName(link: Pick<Link, "name" | "role">): string {
  return link.name ?? (link.role === "editor" ? "Edit link" : "View link");
}

/** "edit · 4 here now · opened 12 times · by Mo". What can be done is left out where the name says it. */
export function linkFacts(link: Link, nowMs: number, selfId: string | null = null): string {
  const facts: string[] = [];
  if (link.name !== null) facts.push(link.role === "editor" ? "edit" : "view");
  if (link.live > 0) facts.push(`${link.live} here now`);
  if (link.uses === 0) facts.push("not opened yet");
  else facts.push(openedTimes(link));
  if (link.uses > 0 && link.live === 0 && link.lastUsedAt !== null)
    facts.push(lastOpened(whenWords(Date.parse(link.lastUsedAt), nowMs)));
  if (link.maxUses !== null && link.uses >= link.maxUses) facts.push("used up");
  if (link.expiresAt !== null) {
    facts.push(Date.parse(link.expiresAt) <= nowMs ? "run out" : `until ${dateWords(link.expiresAt)}`);
  }
  if (link.createdBy !== null && link.createdBy.id !== selfId) facts.push(`made by ${link.createdBy.name}`);
  return facts.join(" · ");
}

function openedTimes({ uses, maxUses }: Pick<Link, "uses" | "maxUses">): string {
  if (maxUses !== null) return `opened by ${uses} of ${maxUses}`;
  return uses === 1 ? "opened once" : `opened ${uses} times`;
}

function lastOpened(when: string): string {
  return when === "now" ? "just now" : `last ${/^\d{1,2}:\d/u.test(when) ? `at ${when}` : when}`;
}
