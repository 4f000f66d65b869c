// Status and headers of card pages and pictures. Every request asks the note again; only what is the same for every note is kept.
import { assertNever } from "./assert-never.ts";
import type { PageState } from "./page.ts";

export interface CardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a picture's answer holds. */
export type PictureState =
  /** The note's picture: asked for again each time, by its tag. */
  | "content"
  /** The picture of a restricted note: the same for every note. */
  | "shared"
  /** Of a link that shows nothing any more, or never did. */
  | "gone"
  | "unknown"
  /** In place of a picture that could not be drawn. */
  | "fallback";

const SAFE_HEADERS = { "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff" } as const;

/** `tag`: strong ETag of the page's bytes (`tagOf`), used in state content. */
export function cardHeaders(state: PageState, tag: string): CardAnswer {
  const headers = { "Content-Type": "text/html; charset=utf-8", ...SAFE_HEADERS };
  switch (state) {
    case "content":
      return { status: 200, headers: { ...headers, "Cache-Control": "no-cache", ETag: tag } };
    case "restricted":
      return { status: 200, headers: { ...headers, "Cache-Control": "no-store" } };
    case "gone":
      return { status: 410, headers: { ...headers, "Cache-Control": "no-store" } };
    case "unknown":
      return { status: 404, headers: { ...headers, "Cache-Control": "no-store" } };
    default:
      return assertNever(state);
  }
}

/** `byteLength` and `tag` of the picture. Signal drops pictures without a length; Discord's proxy needs CORP. */
export function pictureHeaders(state: PictureState, byteLength: number, tag: string): CardAnswer {
  const headers = {
    "Content-Type": "image/png",
    "Content-Length": String(byteLength),
    "Cross-Origin-Resource-Policy": "cross-origin",
    ...SAFE_HEADERS,
  };
  switch (state) {
    case "content":
      return { status: 200, headers: { ...headers, "Cache-Control": "no-cache", ETag: tag } };
    case "shared":
      return { status: 200, headers: { ...headers, "Cache-Control": "public, max-age=86400", ETag: tag } };
    case "gone":
      return { status: 410, headers: { ...headers, "Cache-Control": "no-store" } };
    case "unknown":
      return { status: 404, headers: { ...headers, "Cache-Control": "no-store" } };
    case "fallback":
      return { status: 200, headers: { ...headers, "Cache-Control": "public, max-age=30" } };
    default:
      return assertNever(state);
  }
}

/** Whether an `If-None-Match` header names `tag`: then 304 with the same headers and no body. */
export function matchesTag(ifNoneMatch: string | null, tag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(",").some((known) => known.trim().replace(/^W\//, "") === tag || known.trim() === "*");
}
