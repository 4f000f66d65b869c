// From a path to the object behind it. An id that can't be one answers like one that doesn't exist.
import { type LinkId, type NoteId, parseLinkId, parseNoteId } from "@reed/log";
import type { Env } from "../env.ts";
import type { AppContext } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";

export function noteIdOfPath(c: AppContext): NoteId {
  const noteId = parseNoteId(c.req.param("noteId") ?? "");
  if (noteId === null) throw new ApiProblem("not_found");
  return noteId;
}

export function linkIdOfPath(c: AppContext): LinkId {
  const linkId = parseLinkId(c.req.param("linkId") ?? "");
  if (linkId === null) throw new ApiProblem("not_found");
  return linkId;
}

const USER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** null where the text can't be the id of a user. */
export function parseUserId(text: string): string | null {
  return USER_ID.test(text) ? text : null;
}

export function userIdOfPath(c: AppContext): string {
  const userId = parseUserId(c.req.param("userId") ?? "");
  if (userId === null) throw new ApiProblem("not_found");
  return userId;
}

export function noteObject(env: Env, noteId: NoteId) {
  return env.NOTE.get(env.NOTE.idFromName(noteId));
}

export function noteUrl(c: AppContext, noteId: NoteId): string {
  return `${new URL(c.req.url).origin}/n/${noteId}`;
}
