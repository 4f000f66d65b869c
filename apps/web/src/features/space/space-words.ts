// What the channel's list says.

import type { SpaceView } from "@reed/api";
import { safeName } from "@reed/editor";
import { whenWords } from "../notes/note-words.ts";

type Note = SpaceView["notes"][number];
type Person = SpaceView["people"][number];

export function titleWords(title: string): string {
  return title === "" ? "Untitled" : title;
}

/** Who is in it now; else who brought it, and when it changed. */
export function noteFacts(note: Note, people: readonly Person[], nowMs: number): string {
  const inside = people
    .filter(({ noteId, isYou }) => noteId === note.id && !isYou)
    .map(({ user }) => safeName(user.name));
  if (inside.length > 3) return `${inside.length} people are in it`;
  if (inside.length > 0) return `${listed(inside)} ${inside.length === 1 ? "is" : "are"} in it`;
  const when = whenWords(Date.parse(note.modifiedAt), nowMs);
  return note.addedBy === null ? when : `${safeName(note.addedBy.name)} · ${when}`;
}

/** Where somebody is. `titleOf`: of the channel's notes; null for one that is not among them. */
export function placeWords({ noteId, isYou }: Person, titleOf: (noteId: string) => string | null): string {
  const title = noteId === null ? null : titleOf(noteId);
  const where = title === null ? "looking around" : `in “${titleWords(title)}”`;
  return isYou ? `you, ${where}` : where;
}

/** Who has a caret in the text, for the card; empty where nobody has. */
export function writingWords(names: readonly string[]): string {
  const [first, ...others] = [...new Set(names.map(safeName))];
  if (first === undefined) return "";
  if (others.length > 2) return `${first} and ${others.length} others are writing`;
  return `${listed([first, ...others])} ${others.length === 0 ? "is" : "are"} writing`;
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en").format(names);
}
