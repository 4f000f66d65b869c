// What an address of the app means. `/n/<id>` is a note for people it was shared with, `/n/<id>/<linkId>` a link to read it, and
// with `#<secret>` a link to write it. The secret stays in the fragment: it is never put into a path or a query.

import type { NoteReference } from "@reed/sync";

export type Route =
  | { readonly type: "home" }
  | { readonly type: "note"; readonly reference: NoteReference }
  | { readonly type: "account" }
  | { readonly type: "sign-in" }
  /** No page of ours. */
  | { readonly type: "lost" };

const notePath = /^\/n\/([A-Za-z0-9_-]{21}[AQgw])(?:\/([A-Za-z0-9_-]{16}))?\/?$/u;

/** `hash` with or without its "#". A fragment that is no secret is ignored. */
export function parseRoute(pathname: string, hash: string): Route {
  if (pathname === "/" || pathname === "/index.html") return { type: "home" };
  if (/^\/account\/?$/u.test(pathname)) return { type: "account" };
  if (/^\/sign-in\/?$/u.test(pathname)) return { type: "sign-in" };
  const match = notePath.exec(pathname);
  const noteId = match?.[1];
  if (match === null || noteId === undefined) return { type: "lost" };
  const linkId = match[2] ?? null;
  const secret = /^#?([A-Za-z0-9_-]{21}[AQgw])$/u.exec(hash)?.[1] ?? null;
  return { type: "note", reference: { noteId, linkId, secret: linkId === null ? null : secret } };
}

/** The path, with its fragment, that `parseRoute` reads back as the same reference. */
export function notePathOf({ noteId, linkId, secret }: NoteReference): string {
  return `/n/${noteId}${linkId === null ? "" : `/${linkId}`}${secret === null ? "" : `#${secret}`}`;
}
