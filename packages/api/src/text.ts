// A note's text over HTTP: Markdown in and out, with the position of the log as its tag.

/** What a body of text may call itself; one that says nothing is taken as Markdown. */
export const TEXT_MEDIA_TYPES = ["text/markdown", "text/plain"] as const;

/** The ETag of the text at a position, and what `If-Match` and `If-None-Match` name it by. */
export function textTag(seq: number): string {
  return `"${seq}"`;
}

const TAG = /^(W\/)?"([^"]*)"$/;

/**
 * The positions that a list of tags names; null for `*`, which is any. Tags of another form are of no text: they name nothing.
 * `isStrong`: weak tags name nothing either. "invalid" for what is no such list.
 */
export function seqsOfTags(header: string, isStrong: boolean): readonly number[] | null | "invalid" {
  if (header.trim() === "*") return null;
  const tags = header.split(",").map((tag) => TAG.exec(tag.trim()));
  if (tags.some((tag) => tag === null)) return "invalid";
  return tags.flatMap((tag) => {
    const [, weak, name = ""] = tag ?? [];
    return /^\d{1,15}$/.test(name) && !(isStrong && weak !== undefined) ? [Number(name)] : [];
  });
}
