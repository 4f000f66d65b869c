// What is opened on arrival: the note that was asked for, else the channel's notes, and in a channel without any a new one. Several
// people who come at once would each begin one: so whoever finds others there waits a moment for theirs, and one of them less long.

import type { SpaceView } from "@reed/api";

const LOOK_EVERY_MS = 700;
/** About as long as it takes a note to reach the channel. */
const SHORT_PATIENCE_MS = 1400;
const PATIENCE_MS = 4200;

export type First =
  | { readonly type: "open"; readonly noteId: string }
  | { readonly type: "list" }
  /** Nobody has begun. */
  | { readonly type: "begin" };

export interface FirstPorts {
  readonly look: () => Promise<Pick<SpaceView, "notes" | "people">>;
  readonly wait: (ms: number) => Promise<void>;
}

export async function firstOf(
  space: Pick<SpaceView, "notes" | "people"> & { readonly target: string | null },
  { look, wait }: FirstPorts,
): Promise<First> {
  if (space.target !== null) return { type: "open", noteId: space.target };
  let seen: Pick<SpaceView, "notes" | "people"> = space;
  for (let waitedMs = 0; seen.notes.length === 0 && waitedMs < patienceMs(seen.people); waitedMs += LOOK_EVERY_MS) {
    await wait(LOOK_EVERY_MS);
    seen = await look().catch(() => seen);
  }
  if (seen.notes.length === 0) return { type: "begin" };
  const [only] = seen.notes;
  return seen !== space && only !== undefined ? { type: "open", noteId: only.id } : { type: "list" };
}

function patienceMs(people: SpaceView["people"]): number {
  const [first, ...others] = people.toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1));
  if (first === undefined || others.length === 0) return 0;
  return first.isYou ? SHORT_PATIENCE_MS : PATIENCE_MS;
}
