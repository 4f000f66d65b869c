// Status and headers of card pages, texts and pictures. Every request asks the note again; only what is the same for every note is
// kept. A part of an answer is never sent: crawlers that ask for a range take the whole (docs/spec/cards.md).
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
  /** The picture of a restricted or sealed note: the same for every note. */
  | "shared"
  /** The same, at the address of one note, which may show something tomorrow. */
  | "hidden"
  /** Of a link that shows nothing any more, or never did. */
  | "gone"
  | "unknown"
  /** In place of a picture that could not be drawn. */
  | "fallback";

/** What a page or a text is sent as. */
export type TextType = "html" | "markdown" | "plain";

const TYPES: Readonly<Record<TextType, string>> = {
  html: "text/html; charset=utf-8",
  markdown: "text/markdown; charset=utf-8",
  plain: "text/plain; charset=utf-8",
};

const COMMON = {
  "Accept-Ranges": "none",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  // Search engines stay out; the others would take a plain noindex for "no preview".
  "X-Robots-Tag": "googlebot: noindex, bingbot: noindex",
} as const;

/** `tag`: strong ETag of the bytes (`tagOf`), used in state content. */
export function cardHeaders(state: PageState, tag: string, type: TextType = "html"): CardAnswer {
  const headers = { "Content-Type": TYPES[type], ...COMMON };
  switch (state) {
    case "content":
      return { status: 200, headers: { ...headers, "Cache-Control": "no-cache", ETag: tag } };
    case "restricted":
    case "sealed":
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
    ...COMMON,
  };
  switch (state) {
    case "content":
      return { status: 200, headers: { ...headers, "Cache-Control": "no-cache", ETag: tag } };
    case "shared":
      return { status: 200, headers: { ...headers, "Cache-Control": "public, max-age=86400", ETag: tag } };
    case "hidden":
      return { status: 200, headers: { ...headers, "Cache-Control": "no-store" } };
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
