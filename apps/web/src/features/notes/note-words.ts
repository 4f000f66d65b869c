// What the list says about a note, in words.

import type { ShelfEntry } from "@reed/sync";

const dayMs = 86_400_000;
const namedPeople = 3;

/** "2 of 5", or null for a note without tasks. */
export function taskWords(note: { readonly tasksDone: number; readonly tasksTotal: number }): string | null {
  return note.tasksTotal === 0 ? null : `${note.tasksDone} of ${note.tasksTotal}`;
}

export function nameOf({ title }: Pick<ShelfEntry, "title">): string {
  return title === "" ? "Untitled" : title;
}

/** "Shared by Lin", "Ana, Mo", "23 people"; null where nobody else has the note. `selfId`: this user, who is not named. */
export function peopleWords(entry: Pick<ShelfEntry, "sharedBy" | "members">, selfId: string | null): string | null {
  if (entry.sharedBy !== null) return `Shared by ${entry.sharedBy.name}`;
  const others = entry.members.filter(({ id }) => id !== selfId).map(({ name }) => name);
  if (others.length === 0) return null;
  return others.length <= namedPeople ? others.join(", ") : `${others.length + 1} people`;
}

/** When something was, as one says it: "now", "09:12", "yesterday", "Tuesday", "2 Nov", "2 Nov 2025". Local time. */
export function whenWords(atMs: number, nowMs: number, locale?: string | undefined): string {
  if (nowMs - atMs < 60_000) return "now";
  const days = Math.round((startOfDay(nowMs) - startOfDay(atMs)) / dayMs);
  const format = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(locale, options).format(atMs);
  if (days <= 0) return format({ timeStyle: "short" });
  if (days === 1) return "yesterday";
  if (days < 7) return format({ weekday: "long" });
  const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return format(isThisYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "numeric" });
}

function startOfDay(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}
