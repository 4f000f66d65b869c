// Addresses a reader may follow from a note. Only three schemes exist here, so a link of the model needs no second check.
import { LINK_LENGTH } from "./limits.ts";

const SAFE = /^(?:https?:\/\/[^\s/?#]|mailto:[^\s@]+@[^\s@])\S*$/i;
const BARE = /https?:\/\/[^\s<>"'`]+/giu;
/** What ends a sentence or a mark about an address, and not the address. */
const TRAILING = new Set(".,;:!?*_~'\"]}…");
const AFTER_BRACKET = new Set(")].,;:!?");

/** `address` if it is http, https or mailto with something to reach; undefined for everything else, javascript: included. */
export function safeLink(address: string): string | undefined {
  if (address.length > LINK_LENGTH || !SAFE.test(address) || /[\0-\x20\x7F\\]/.test(address)) return undefined;
  return address;
}

export interface LinkedText {
  readonly text: string;
  readonly link?: string | undefined;
}

/** `text` in pieces, the addresses typed in it as links; the pieces join to `text`. */
export function linkify(text: string): readonly LinkedText[] {
  const pieces: LinkedText[] = [];
  let end = 0;
  for (const match of text.matchAll(BARE)) {
    const address = withoutTrailing(match[0]);
    const link = safeLink(address);
    if (link === undefined) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, link });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

function withoutTrailing(address: string): string {
  const trimmed = withoutEnd(address, TRAILING);
  return trimmed.endsWith(")") && !trimmed.includes("(") ? withoutEnd(trimmed, AFTER_BRACKET) : trimmed;
}

function withoutEnd(text: string, signs: ReadonlySet<string>): string {
  let end = text.length;
  while (end > 0 && signs.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
