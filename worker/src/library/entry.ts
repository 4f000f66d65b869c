// An entry as it is kept and as it is shown: JSON on disk, a list item of the API towards people.
import { ROLES } from "@reed/access";
import type { NoteItem } from "@reed/api";
import { fold } from "@reed/search";
import * as v from "valibot";
import { ENTRY_MEMBERS, type NoteEntry } from "./events.ts";

const namedSchema = v.object({ id: v.string(), name: v.string() });

const entrySchema = v.object({
  role: v.picklist(ROLES),
  title: v.string(),
  createdUs: v.number(),
  modifiedUs: v.number(),
  createdBy: v.nullable(namedSchema),
  sharedBy: v.nullable(namedSchema),
  sharedUs: v.nullable(v.number()),
  members: v.array(v.object({ ...namedSchema.entries, role: v.picklist(ROLES) })),
  trashedUs: v.nullable(v.number()),
  seq: v.number(),
  chain: v.string(),
  color: v.nullable(v.string()),
  icon: v.nullable(v.string()),
  tags: v.array(v.string()),
});

/** Which list an entry stands in. */
export const SHELVES = { owned: 0, shared: 1, trash: 2 } as const;
export type Shelf = (typeof SHELVES)[keyof typeof SHELVES];

/** Order by title or name looks no further than this. */
const SORT_KEY_LENGTH = 80;

/** The fields in one order, so that equal entries are equal texts. */
export function encodeEntry(entry: NoteEntry): string {
  const { role, title, createdUs, modifiedUs, createdBy, sharedBy, sharedUs, trashedUs, seq, chain } = entry;
  const { color, icon, tags } = entry;
  const members = entry.members.slice(0, ENTRY_MEMBERS).map(({ id, name, role: memberRole }) => ({
    id,
    name,
    role: memberRole,
  }));
  const kept: NoteEntry = {
    role,
    title,
    createdUs,
    modifiedUs,
    createdBy: createdBy === null ? null : { id: createdBy.id, name: createdBy.name },
    sharedBy: sharedBy === null ? null : { id: sharedBy.id, name: sharedBy.name },
    sharedUs,
    members,
    trashedUs,
    seq,
    chain,
    color,
    icon,
    tags,
  };
  return JSON.stringify(kept);
}

export function decodeEntry(text: string): NoteEntry {
  return v.parse(entrySchema, JSON.parse(text));
}

export function shelfOf({ role, trashedUs }: NoteEntry): Shelf {
  if (trashedUs !== null) return SHELVES.trash;
  return role === "owner" ? SHELVES.owned : SHELVES.shared;
}

/** What entries are put in order by. */
export function sortKeysOf({ title, createdBy }: NoteEntry): { readonly title: string; readonly creator: string } {
  return { title: sortKey(title), creator: sortKey(createdBy?.name ?? "") };
}

/** `urlBase`: what the address of a note begins with; "" for the server's own origin. */
export function itemOf(id: string, excerpt: string, entry: NoteEntry, urlBase: string): NoteItem {
  return {
    id,
    url: `${urlBase}/n/${id}`,
    title: entry.title,
    excerpt,
    role: entry.role,
    createdAt: iso(entry.createdUs),
    updatedAt: iso(entry.modifiedUs),
    createdBy: entry.createdBy,
    sharedBy: entry.sharedBy,
    sharedAt: entry.sharedUs === null ? null : iso(entry.sharedUs),
    trashedAt: entry.trashedUs === null ? null : iso(entry.trashedUs),
    members: [...entry.members],
    color: entry.color,
    icon: entry.icon,
    tags: [...entry.tags],
  };
}

function sortKey(text: string): string {
  return fold(text.slice(0, 2 * SORT_KEY_LENGTH))
    .trim()
    .slice(0, SORT_KEY_LENGTH);
}

function iso(us: number): string {
  return new Date(us / 1000).toISOString();
}
