// Whom a provider comes as, asked of the note itself: its grants, its links.
import { can } from "@reed/access";
import { equalBytes, fromBase64Url } from "@reed/bytes";
import { LINK_SECRET_BYTES, linkPrincipal, linkWriteSigner } from "@reed/crypto";
import { linkIdBytes, type NoteId, noteIdBytes } from "@reed/log";
import type { Sql, Visitor } from "@reed/room";
import { LinkTable } from "../note/links.ts";
import type { Note } from "../note/note.ts";
import type { YjsCloseReason } from "./close-code.ts";
import type { YjsCredential } from "./credential.ts";
import { visitorOf } from "./session.ts";

/** Providers have no device keys, so all that come by one link are one device in the ledger of links. */
const PROVIDER = new Uint8Array(32);

/** The visitor, or why there is none. Counts the use of a link. */
export function admitProvider(
  credential: YjsCredential,
  note: Note,
  sql: Sql,
  nowUs: number,
): Visitor | YjsCloseReason {
  if (credential.type === "user") {
    const visitor = visitorOf(credential.user, false, credential.session);
    return mayRead(note, visitor) ? visitor : "not_found";
  }
  const { linkId, secret } = credential;
  const links = new LinkTable(sql);
  const link = links.find(linkId);
  if (link === null) return "not_found";
  const principal = linkPrincipal(linkIdBytes(linkId));
  const key = note.room.ledger?.grants.get(principal)?.key ?? null;
  const holdsLinkSecret = key !== null && secret !== null && isSecretOf(key, secret, note.noteId);
  const visitor = visitorOf(principal, holdsLinkSecret, null);
  if (!mayRead(note, visitor)) return link.revokedUs === null ? "not_found" : "access_ended";
  if (link.maxUses !== null) return "device_needed";
  return links.use(link, PROVIDER, nowUs) ? visitor : "access_ended";
}

function mayRead(note: Note, visitor: Visitor): boolean {
  return can(note.room.roleOf(visitor), "read");
}

function isSecretOf(key: Uint8Array, secret: string, noteId: NoteId): boolean {
  const bytes = fromBase64Url(secret);
  return bytes.length === LINK_SECRET_BYTES && equalBytes(linkWriteSigner(bytes, noteIdBytes(noteId)).publicKey, key);
}
