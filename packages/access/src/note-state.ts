// Where a note is. open: as its grants say. trashed: out of everybody's sight but its owners', and nobody writes.
import type { Role } from "./role.ts";

export const NOTE_STATES = ["open", "trashed"] as const;

export type NoteState = (typeof NOTE_STATES)[number];

/** What is left of a role for reading and writing the note: in the trash, owners look and nobody else does. */
export function roleIn(state: NoteState, role: Role | null): Role | null {
  if (state === "open") return role;
  return role === "owner" ? "viewer" : null;
}
