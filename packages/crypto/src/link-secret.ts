// Links as principals (crypto.md 2.2). The log is readable by everybody who may read the note, so it names a link by a hash
// of its id: a reader of the log can't open the link. The secret of an edit link never leaves the URL's fragment; the key
// derived from it certifies a visitor's device for this one note.
import { toBase64Url } from "@reed/bytes";
import { LINK_ID_BYTES, NOTE_ID_BYTES, parsePrincipal, type Principal } from "@reed/log";
import { LABELS } from "./labels.ts";
import { hkdfSha256, SEED_BYTES, sha256, signerFromSeed } from "./primitives.ts";
import type { Signer } from "./signature-scheme.ts";

export const LINK_SECRET_BYTES = 16;
const LINK_HASH_BYTES = 16;

/** The first 16 bytes of SHA-256(label || linkId); `linkId` has 12 bytes, RangeError otherwise. */
export function linkIdHash(linkId: Uint8Array): Uint8Array {
  if (linkId.length !== LINK_ID_BYTES) throw new RangeError("a link id has 12 bytes");
  return sha256(LABELS.link, linkId).slice(0, LINK_HASH_BYTES);
}

/** `link:<base64url of linkIdHash>`. */
export function linkPrincipal(linkId: Uint8Array): Principal {
  const principal = parsePrincipal(`link:${toBase64Url(linkIdHash(linkId))}`);
  if (principal === null) throw new Error("a link's hash must name a principal");
  return principal;
}

/** The write key of an edit link in the note `note` (16 bytes); `secret` is the 16 bytes of the fragment. */
export function linkWriteSigner(secret: Uint8Array, note: Uint8Array): Signer {
  return signerFromSeed(linkWriteSeed(secret, note));
}

/** Seed of the write key: HKDF-SHA256(secret, salt = note id). RangeError for other lengths. */
export function linkWriteSeed(secret: Uint8Array, note: Uint8Array): Uint8Array {
  if (secret.length !== LINK_SECRET_BYTES) throw new RangeError("a link secret has 16 bytes");
  if (note.length !== NOTE_ID_BYTES) throw new RangeError("a note id has 16 bytes");
  return hkdfSha256(secret, note, LABELS.linkWriteKey, SEED_BYTES);
}
