// Domain separation of everything that this package hashes, derives or signs (crypto.md 2.2, 2.3). One label, one use: what
// is signed under one can't be passed off under another. The log's own labels are in @reed/log.
import { encodeUtf8 } from "@reed/bytes";

export const LABELS = {
  /** Signed by a device when it opens a socket. */
  hello: encodeUtf8("reed/hello/v1\0"),
  /** Signed by a device that comes back to its guest. */
  guest: encodeUtf8("reed/guest/v1\0"),
  /** Hashed: a link's name in the log. */
  link: encodeUtf8("reed/link/v1\0"),
  /** HKDF info: from an edit link's secret to its write key. */
  linkWriteKey: encodeUtf8("reed/link/v1/write-ed25519"),
} as const;
