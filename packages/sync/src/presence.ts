// Presence: who is here and where their caret is. One small JSON text in a frame that the server does not read; whatever a peer
// puts in it is checked before it is shown, for names and colours come from strangers.
import { decodeUtf8, encodeUtf8, equalBytes, fromBase64Url, toBase64Url } from "@reed/bytes";
import type { Cursor, Ledger } from "@reed/log";
import { MAX_PRESENCE_BYTES } from "@reed/protocol";

export interface Caret {
  readonly anchor: Uint8Array;
  readonly head: Uint8Array;
}

export interface Presence {
  readonly name: string;
  /** #rrggbb */
  readonly color: string;
  readonly caret: Caret | null;
  /** How far this person's replica has read; null where it does not say. */
  readonly read: Cursor | null;
}

const COLOR = /^#[0-9a-f]{6}$/;
const MAX_NAME_LENGTH = 40;
const FALLBACK_NAME = "Guest";
/** Control characters, and those that turn the direction of the text around them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name as it may be shown: one line, at most 40 characters, never empty. */
export function cleanName(name: string): string {
  const cleaned = [...name.toWellFormed().replaceAll(UNSEEN, "").trim()].slice(0, MAX_NAME_LENGTH).join("").trim();
  return cleaned === "" ? FALLBACK_NAME : cleaned;
}

/** The caret is left out where the presence would be too large with it. */
export function encodePresence(presence: Presence): Uint8Array {
  const { caret, read } = presence;
  const position = read === null ? {} : { s: read.seq, x: toBase64Url(read.chain) };
  const person = { n: cleanName(presence.name), c: presence.color, ...position };
  const bare = encodeUtf8(JSON.stringify(person));
  if (caret === null) return bare;
  const full = encodeUtf8(JSON.stringify({ ...person, a: toBase64Url(caret.anchor), h: toBase64Url(caret.head) }));
  return full.length <= MAX_PRESENCE_BYTES ? full : bare;
}

/** What was read already: everybody's presence is looked at whenever one of them moves. */
const known = new WeakMap<Uint8Array, Presence | null>();

/** null where the bytes are not a presence. The same bytes, which nobody may change, are read once. */
export function decodePresence(bytes: Uint8Array): Presence | null {
  const before = known.get(bytes);
  if (before !== undefined) return before;
  const presence = readPresence(bytes);
  known.set(bytes, presence);
  return presence;
}

function readPresence(bytes: Uint8Array): Presence | null {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes));
    if (typeof value !== "object" || value === null) return null;
    const { n, c, a, h, s, x } = value as Readonly<Record<string, unknown>>;
    if (typeof n !== "string" || typeof c !== "string" || !COLOR.test(c)) return null;
    const hasCaret = typeof a === "string" && typeof h === "string";
    return {
      name: cleanName(n),
      color: c,
      caret: hasCaret ? { anchor: fromBase64Url(a), head: fromBase64Url(h) } : null,
      read: typeof s === "number" && typeof x === "string" ? { seq: s, chain: fromBase64Url(x) } : null,
    };
  } catch {
    return null;
  }
}

/** Whether a peer has read another log than `ledger` has at the same position. */
export function hasParted(peers: ReadonlyMap<number, Uint8Array>, ledger: Ledger | null): boolean {
  return [...peers.values()].some((payload) => {
    const read = decodePresence(payload)?.read ?? null;
    const ours = read === null ? null : (ledger?.chainAt(read.seq) ?? null);
    return read !== null && ours !== null && !equalBytes(ours, read.chain);
  });
}
