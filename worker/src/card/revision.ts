// Addresses of pictures. The revision names what a card shows, so a change of the note is a new address; the signature lets
// nobody make addresses up, and so no work for the renderer. It is not the access rule: that is asked of the note each time.
import { encodeUtf8, toBase64Url } from "@reed/bytes";
import { type LinkId, type NoteId, parseLinkId, parseNoteId } from "@reed/log";
import type { NoticeKind } from "./notices.ts";
import type { PictureInput } from "./picture/draft.ts";

export type Revision = string & { readonly __brand: "Revision" };

export interface PictureAddress {
  readonly noteId: NoteId;
  /** The link that the card was shared by; null for the note's own address. */
  readonly linkId: LinkId | null;
  readonly revision: Revision;
}

export interface SignedPictureAddress extends PictureAddress {
  readonly signature: string;
}

/** Changes with every change of how a card looks: part of the revision. */
const TEMPLATE = 2;
const REVISION_LENGTH = 12;
const SIGNATURE_LENGTH = 22;
const REVISION = /^[A-Za-z0-9_-]{12}$/;
const PATH = /^\/og\/([A-Za-z0-9_-]{22})\/([A-Za-z0-9_-]{16}|-)\/([A-Za-z0-9_-]{12})-([A-Za-z0-9_-]{22})\.png$/;
const NOTICE_PATH = /^\/og\/(shared|sealed|unavailable|fallback)\.png$/;

/** Short hash of everything that the picture shows. */
export async function revisionOf(input: PictureInput): Promise<Revision> {
  const hash = await shortHash(encodeUtf8(JSON.stringify([TEMPLATE, input])), REVISION_LENGTH);
  if (!isRevision(hash)) throw new Error("a revision has twelve characters");
  return hash;
}

/** Strong ETag of a body. */
export async function tagOf(body: Uint8Array | string): Promise<string> {
  return `"${await shortHash(typeof body === "string" ? encodeUtf8(body) : body, SIGNATURE_LENGTH)}"`;
}

/** The key that signs addresses. `secret`: at least 32 random bytes, kept with the Worker. */
export function pictureKey(secret: Uint8Array): Promise<CryptoKey> {
  if (secret.length < 32) throw new RangeError("the picture secret has at least 32 bytes");
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** Path of the picture: `/og/<noteId>/<linkId or ->/<revision>-<signature>.png`. */
export async function picturePath(key: CryptoKey, address: PictureAddress): Promise<string> {
  return `/og/${address.noteId}/${address.linkId ?? "-"}/${address.revision}-${await signatureOf(key, address)}.png`;
}

/** The address that a path spells, not yet verified; null for any other path. */
export function parsePicturePath(path: string): SignedPictureAddress | null {
  const [, note = "", link = "", revision = "", signature = ""] = PATH.exec(path) ?? [];
  const noteId = parseNoteId(note);
  const linkId = link === "-" ? null : parseLinkId(link);
  if (noteId === null || (linkId === null && link !== "-") || !isRevision(revision)) return null;
  return { noteId, linkId, revision, signature };
}

/** Whether this Worker signed the address. Takes the same time for every wrong signature. */
export async function isGenuine(key: CryptoKey, address: SignedPictureAddress): Promise<boolean> {
  const expected = await signatureOf(key, address);
  let difference = expected.length ^ address.signature.length;
  for (let index = 0; index < expected.length; index += 1)
    difference |= expected.charCodeAt(index) ^ address.signature.charCodeAt(index);
  return difference === 0;
}

/** Path of a picture that is the same for every note. */
export function noticePath(kind: NoticeKind): string {
  return `/og/${kind}.png`;
}

export function parseNoticePath(path: string): NoticeKind | null {
  const kind = NOTICE_PATH.exec(path)?.[1];
  return kind === "shared" || kind === "sealed" || kind === "unavailable" || kind === "fallback" ? kind : null;
}

function isRevision(text: string): text is Revision {
  return REVISION.test(text);
}

async function signatureOf(key: CryptoKey, { noteId, linkId, revision }: PictureAddress): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", key, encodeUtf8(`${noteId}|${linkId ?? "-"}|${revision}`));
  return toBase64Url(new Uint8Array(mac)).slice(0, SIGNATURE_LENGTH);
}

async function shortHash(bytes: Uint8Array, length: number): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).slice(0, length);
}
