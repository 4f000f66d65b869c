// Branded identifiers. Each comes only from its parse function, so a plain string or byte array can't take its place.
import { DecodeError, fromBase64Url, toBase64Url, toHex } from "@reed/bytes";

export type NoteId = string & { readonly __brand: "NoteId" };
export type LinkId = string & { readonly __brand: "LinkId" };
/** Lower-case hex of a 32-byte key or hash: what maps are keyed by. */
export type Hex = string & { readonly __brand: "Hex" };

export const HASH_BYTES = 32;
export const NOTE_ID_BYTES = 16;
export const LINK_ID_BYTES = 12;

const NOTE_ID = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const LINK_ID = /^[A-Za-z0-9_-]{16}$/;

/** The note id that a URL names, or null where the text is not one. */
export function parseNoteId(text: string): NoteId | null {
  return NOTE_ID.test(text) ? (text as NoteId) : null;
}

/** `docId` is the op id of the genesis, 32 bytes; its first 16 bytes name the note in URLs. */
export function noteIdOf(docId: Uint8Array): NoteId {
  return toBase64Url(docId.subarray(0, NOTE_ID_BYTES)) as NoteId;
}

export function parseLinkId(text: string): LinkId | null {
  return LINK_ID.test(text) ? (text as LinkId) : null;
}

/** `bytes` are 12 random bytes. */
export function linkIdOf(bytes: Uint8Array): LinkId {
  if (bytes.length !== LINK_ID_BYTES) throw new RangeError("a link id has 12 bytes");
  return toBase64Url(bytes) as LinkId;
}

export function linkIdBytes(linkId: LinkId): Uint8Array {
  return fromBase64Url(linkId);
}

/** `bytes` as a map key. */
export function hexKey(bytes: Uint8Array): Hex {
  return toHex(bytes) as Hex;
}

/** 32 bytes of base64url: keys and hashes in JSON. Throws a DecodeError for anything else. */
export function parseHash(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes.length !== HASH_BYTES) throw new DecodeError("form", 0, "32 bytes expected");
  return bytes;
}

/** The 16 bytes that a note id spells. */
export function noteIdBytes(noteId: NoteId): Uint8Array {
  return fromBase64Url(noteId);
}
