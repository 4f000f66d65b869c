// Shortening text for places that count characters.

const ELLIPSIS = "…";
// What belongs to the character before it: marks, joiners, variation selectors, skin tones, tags of flags.
const CONTINUES = /^(?:[\p{M}\u{E0020}-\u{E007F}]|\u200D|\p{Emoji_Modifier})/u;
const TRAILING = /[\s.,;:·(\u2013\u2014-]+$/u;

/**
 * `text`, or its beginning and "…" in at most `limit` UTF-16 units. Cuts between words where a word ends in the second
 * half, else between characters; never inside a code point, before a mark that belongs to the character before, or after a joiner.
 */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const room = limit - ELLIPSIS.length;
  const space = text.slice(0, room + 1).search(/\s\S*$/u);
  const cut = space >= limit / 2 ? space : characterBoundary(text, room);
  return text.slice(0, cut).replace(TRAILING, "") + ELLIPSIS;
}

function characterBoundary(text: string, from: number): number {
  let cut = from;
  while (cut > 0 && isInsideCharacter(text, cut)) cut -= 1;
  return cut === 0 ? codePointBoundary(text, from) : cut;
}

function isInsideCharacter(text: string, at: number): boolean {
  return codePointBoundary(text, at) !== at || text[at - 1] === "\u200D" || CONTINUES.test(text.slice(at, at + 2));
}

/** The largest index <= `at` that does not split a surrogate pair. */
export function codePointBoundary(text: string, at: number): number {
  const isTrail = (text.charCodeAt(at) & 0xfc00) === 0xdc00;
  const isLead = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return isTrail && isLead ? at - 1 : at;
}
