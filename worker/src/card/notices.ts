// What the card says when it shows no note: the same words for every note, in the picture and on the page.

export interface Notice {
  readonly title: string;
  readonly detail: string;
}

export type NoticeKind = "shared" | "sealed" | "unavailable" | "fallback";

export const NOTICES = {
  /** A note that exists for the people it was shared with, or whose preview shows nothing. */
  shared: { title: "A shared note", detail: "Open the link to read it in Reed." },
  /** A note whose words only its readers' devices can read. */
  sealed: { title: "A sealed note", detail: "Only the people with its key can read it." },
  /** No note here for this link: revoked, expired, or never there. One text, so that nobody learns which. */
  unavailable: { title: "This note is not available", detail: "Ask the person who sent it for a new link." },
  /** A note that could not be drawn in time. */
  fallback: { title: "A note in Reed", detail: "Open the link to read it." },
  /** A note that may be shown and has no text. */
  empty: { title: "An empty note", detail: "Nothing is written here yet." },
} as const satisfies Record<NoticeKind | "empty", Notice>;
