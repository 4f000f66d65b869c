// Which notes the list shows, and in which order. Values in, values out.

import type { ShelfEntry } from "@reed/sync";

export const scopes = ["all", "owned", "shared", "trash"] as const;
export const sorts = ["updated", "created", "title", "creator"] as const;

export type Scope = (typeof scopes)[number];
export type Sort = (typeof sorts)[number];

/** What narrows the list besides its scope: whom a note is from, or a tag on it. */
export type Narrowing =
  | { readonly type: "sharedBy"; readonly id: string; readonly name: string }
  | { readonly type: "tag"; readonly tag: string };

export interface View {
  readonly scope: Scope;
  readonly sort: Sort;
  readonly narrowing: Narrowing | null;
}

export const firstView: View = { scope: "all", sort: "updated", narrowing: null };

/** Pinned notes first, save in the trash, where the last deleted is first. */
export function arrange(entries: readonly ShelfEntry[], view: View): readonly ShelfEntry[] {
  const shown = entries.filter((entry) => isInScope(entry, view.scope) && fits(entry, view.narrowing));
  if (view.scope === "trash") return shown.toSorted((a, b) => compare(b.trashedAt ?? "", a.trashedAt ?? ""));
  const inOrder = orders[view.sort];
  return shown.toSorted((a, b) => Number(b.isPinned) - Number(a.isPinned) || inOrder(a, b));
}

function isInScope({ trashedAt, role, sharedAt }: ShelfEntry, scope: Scope): boolean {
  if (scope === "trash" || trashedAt !== null) return scope === "trash" && trashedAt !== null;
  if (scope === "all") return true;
  const isShared = role !== "owner" || sharedAt !== null;
  return scope === "shared" ? isShared : !isShared;
}

function fits({ sharedBy, tags, ownTags }: ShelfEntry, narrowing: Narrowing | null): boolean {
  if (narrowing === null) return true;
  if (narrowing.type === "sharedBy") return sharedBy?.id === narrowing.id;
  return tags.includes(narrowing.tag) || ownTags.includes(narrowing.tag);
}

type Order = (a: ShelfEntry, b: ShelfEntry) => number;

const letters = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const byUpdate: Order = (a, b) => compare(b.updatedAt, a.updatedAt);

const orders: Readonly<Record<Sort, Order>> = {
  updated: byUpdate,
  created: (a, b) => compare(b.createdAt, a.createdAt),
  title: (a, b) => letters.compare(a.title, b.title) || byUpdate(a, b),
  creator: (a, b) => letters.compare(a.createdBy?.name ?? "", b.createdBy?.name ?? "") || byUpdate(a, b),
};

/** RFC 3339 in UTC compares as text. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** What the list can be narrowed to: the people who shared notes, and the tags, in the order of their letters. */
export function narrowingsOf(entries: readonly ShelfEntry[]): readonly Narrowing[] {
  const people = new Map<string, string>();
  const tags = new Set<string>();
  for (const { sharedBy, tags: given, ownTags, trashedAt } of entries) {
    if (trashedAt !== null) continue;
    if (sharedBy !== null) people.set(sharedBy.id, sharedBy.name);
    for (const tag of [...given, ...ownTags]) tags.add(tag);
  }
  return [
    ...[...people]
      .map(([id, name]) => ({ type: "sharedBy", id, name }) as const)
      .toSorted((a, b) => letters.compare(a.name, b.name)),
    ...[...tags].toSorted(letters.compare).map((tag) => ({ type: "tag", tag }) as const),
  ];
}

export function keyOf(narrowing: Narrowing): string {
  return narrowing.type === "tag" ? `tag:${narrowing.tag}` : `by:${narrowing.id}`;
}

/** The chosen narrowing stays among the others when no note fits it any more. */
export function withChosen(narrowings: readonly Narrowing[], chosen: Narrowing | null): readonly Narrowing[] {
  const isListed = chosen === null || narrowings.some((each) => keyOf(each) === keyOf(chosen));
  return isListed ? narrowings : [...narrowings, chosen];
}

/** What was found, as the list has it by now: pinned since, renamed, or deleted. */
export function asListed(found: readonly ShelfEntry[], entries: readonly ShelfEntry[]): readonly ShelfEntry[] {
  const now = new Map(entries.map((entry) => [entry.id, entry] as const));
  return found
    .map((entry) => {
      const listed = now.get(entry.id);
      return listed === undefined ? entry : { ...listed, highlights: entry.highlights };
    })
    .filter(({ trashedAt }) => trashedAt === null);
}

/** The local answer first, then what only the server found. */
export function merged(here: readonly ShelfEntry[], there: readonly ShelfEntry[]): readonly ShelfEntry[] {
  const known = new Set(here.map(({ id }) => id));
  return [...here, ...there.filter(({ id }) => !known.has(id))];
}
