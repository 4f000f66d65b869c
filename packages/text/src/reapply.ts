// One person's change, done again to a text that somebody else has changed: for edits that outlive the document they were made in
// (a restored or scrubbed note), where there is no common history left that Yjs could merge by.
import { type Edit, editsBetween } from "./edits.ts";

/**
 * What turned `before` into `after`, done to `onto`. What was inserted on either side is in the result, once where both put the
 * same in the same place. What was removed on either side is gone, where it stood unchanged on the other. `onto` unchanged gives
 * `after`; nothing to do gives `onto`; `onto` that is `after` already stays.
 */
export function reapply(before: string, after: string, onto: string): string {
  const mine = sidesOf(before, after);
  const theirs = sidesOf(before, onto);
  const parts: string[] = [];
  const places = new Set([0, before.length, ...placesOf(mine.edits), ...placesOf(theirs.edits)]);
  let from = 0;
  for (const to of [...places].toSorted((left, right) => left - right)) {
    if (to > from && !mine.isRemoved(from) && !theirs.isRemoved(from)) parts.push(before.slice(from, to));
    parts.push(bothAdded(theirs.addedAt(to), mine.addedAt(to)));
    from = to;
  }
  return parts.join("");
}

interface Side {
  readonly edits: readonly Edit[];
  readonly addedAt: (place: number) => string;
  /** Whether the unit after `place` is removed; asked in ascending order. */
  readonly isRemoved: (place: number) => boolean;
}

function sidesOf(before: string, changed: string): Side {
  const edits = editsBetween(before, changed);
  const added = new Map(edits.map((edit): [number, string] => [edit.at, edit.added]));
  let next = 0;
  const endOf = (edit: Edit): number => edit.at + edit.removed.length;
  return {
    edits,
    addedAt: (place) => added.get(place) ?? "",
    isRemoved(place) {
      for (let edit = edits[next]; edit !== undefined && endOf(edit) <= place; edit = edits[next]) next += 1;
      const edit = edits[next];
      return edit !== undefined && edit.at <= place;
    },
  };
}

function placesOf(edits: readonly Edit[]): readonly number[] {
  return edits.flatMap((edit) => [edit.at, edit.at + edit.removed.length]);
}

/** Two insertions at one place: one of them where it is the other's beginning, as when one side had saved part of it; else both. */
function bothAdded(theirs: string, mine: string): string {
  if (mine.startsWith(theirs)) return mine;
  return theirs.startsWith(mine) ? theirs : theirs + mine;
}
