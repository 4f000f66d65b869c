// Everything that one person can read, as lines: their library says what there is, and each note gives its own text at their role.
import { type AccountExportLine, type ListNotesQuery, listNotesQuerySchema, type User } from "@reed/api";
import { parseNoteId, userPrincipal } from "@reed/log";
import * as v from "valibot";
import type { Env } from "../env.ts";
import type { ListAnswer } from "../library/listing.ts";
import { libraryObject } from "../routes/library-address.ts";
import { noteObject } from "../routes/note-address.ts";

const PAGE = 100;
const SCOPES = ["all", "trash"] as const;
type Scope = (typeof SCOPES)[number];

export interface AccountExportOptions {
  readonly env: Env;
  readonly user: User;
  /** That addresses of notes begin with. */
  readonly origin: string;
  readonly limit: number;
  /** Of the answer before; null begins. */
  readonly cursor: string | null;
  readonly nowMs: number;
}

interface Place {
  readonly scope: Scope;
  /** Of the library's list; null: at its beginning. */
  readonly cursor: string | null;
}

/** At most `limit` notes, and where the next answer begins. Not one line where the cursor is none of ours. */
export async function* accountExport(options: AccountExportOptions): AsyncGenerator<string, void> {
  let place = placeOf(options.cursor);
  if (place === null) return;
  let notes = 0;
  let isBegun = false;
  while (place !== null && notes < options.limit) {
    const page: ListAnswer = await pageAt(options, place, Math.min(PAGE, options.limit - notes));
    if ("code" in page) return;
    if (!isBegun)
      yield line({ type: "account", user: options.user, exportedAt: new Date(options.nowMs).toISOString() });
    isBegun = true;
    for (const { id } of page.items) yield line(await noteLine(options, id, place.scope));
    notes += page.items.length;
    place = nextPlace(place, page.nextCursor);
  }
  yield line({ type: "end", notes, nextCursor: place === null ? null : `${place.scope}.${place.cursor ?? ""}` });
}

function line(value: AccountExportLine): string {
  return `${JSON.stringify(value)}\n`;
}

function placeOf(cursor: string | null): Place | null {
  if (cursor === null) return { scope: "all", cursor: null };
  const [, name, rest = ""] = /^([a-z]+)\.(.*)$/.exec(cursor) ?? [];
  const scope = SCOPES.find((known) => known === name);
  return scope === undefined ? null : { scope, cursor: rest === "" ? null : rest };
}

function nextPlace({ scope }: Place, cursor: string | null): Place | null {
  if (cursor !== null) return { scope, cursor };
  const next = SCOPES[SCOPES.indexOf(scope) + 1];
  return next === undefined ? null : { scope: next, cursor: null };
}

/** By creation, which does not change while somebody reads page after page. */
function pageAt({ env, user, origin }: AccountExportOptions, place: Place, limit: number): Promise<ListAnswer> {
  const query: ListNotesQuery = v.parse(listNotesQuerySchema, {
    scope: place.scope,
    sort: "created",
    order: "asc",
    limit: String(limit),
    ...(place.cursor === null ? {} : { cursor: place.cursor }),
  });
  return libraryObject(env, user.id).list(user.id, query, origin);
}

async function noteLine(
  { env, user, origin }: AccountExportOptions,
  id: string,
  scope: Scope,
): Promise<AccountExportLine> {
  const noteId = parseNoteId(id);
  const actor = { user: userPrincipal(user.id), linkId: null, secret: null };
  const found = noteId === null ? null : await noteObject(env, noteId).exportNote(actor);
  if (found === null || "code" in found) return { type: "missing", id };
  const { role, title, text, createdUs, modifiedUs, settings } = found;
  return {
    type: "note",
    id,
    url: `${origin}/n/${id}`,
    role,
    title,
    text,
    createdAt: timeOf(createdUs),
    updatedAt: modifiedUs === null ? null : timeOf(modifiedUs),
    isTrashed: scope === "trash",
    settings,
  };
}

function timeOf(us: number): string {
  return new Date(Math.floor(us / 1000)).toISOString();
}
