// How a note goes out of the list.

import type { ShelfEntry } from "@reed/sync";

/** delete: for everybody. leave: for this person. remove: off this device, the only place where this person has it. */
export type WayOut = "delete" | "leave" | "remove";

/** null: none is offered to this person. */
export function wayOutOf(
  { role, members }: Pick<ShelfEntry, "role" | "members">,
  selfId: string | null,
): WayOut | null {
  // The server lists no note without its people: it has not heard of this one yet, has it no more, or shows it only by a link.
  if (members.length === 0) return "remove";
  if (role === "owner") return "delete";
  return members.some(({ id }) => id === selfId) ? "leave" : null;
}

export function wayOutWords(wayOut: WayOut, hasUnsent: boolean): string {
  if (wayOut === "delete") return "Delete";
  if (wayOut === "leave") return "Leave";
  return hasUnsent ? "Remove from this device, with what was not sent" : "Remove from this device";
}
