// Going along with somebody from note to note.

import type { SpaceView } from "@reed/api";

export type Step =
  | { readonly type: "stay" }
  | { readonly type: "go"; readonly noteId: string }
  /** There is nobody to follow any more. */
  | { readonly type: "over" };

/** `at`: the note on the own sheet. Somebody who looks at the list, or at a note of their own, is waited for. */
export function stepOf(people: SpaceView["people"], following: string, at: string | null): Step {
  const followed = people.find(({ user, isYou }) => user.id === following && !isYou);
  if (followed === undefined) return { type: "over" };
  if (followed.noteId === null || followed.noteId === at) return { type: "stay" };
  return { type: "go", noteId: followed.noteId };
}
