// The people of a world and what proves who they are: the owner by its account, editors by a link or by their account, a viewer
// by a link, and perhaps an editor who means harm.
import { toBase64Url } from "@reed/bytes";
import {
  encodeGenesis,
  ENTROPY_BYTES,
  type Grant,
  type NoteId,
  noteIdBytes,
  noteIdOf,
  parsePrincipal,
  prepareOp,
  type Principal,
  sealEnvelope,
} from "@reed/log";
import type { Visitor } from "@reed/room";
import { type FakeKey, fakeCertificate, fakeKey, sha256 } from "./keys.ts";
import type { Random } from "./prng.ts";

export interface Person {
  readonly name: string;
  readonly key: FakeKey;
  readonly principal: Principal;
  readonly visitor: Visitor;
  readonly certificates: readonly Uint8Array[];
  /** What lets this person in; null for the owner. */
  readonly grant: Grant | null;
}

export interface Cast {
  readonly noteId: NoteId;
  readonly docId: Uint8Array;
  readonly genesis: Uint8Array;
  readonly platform: FakeKey;
  readonly owner: Person;
  readonly guests: readonly Person[];
  readonly villain: Person | null;
}

export function castOf(random: Random, nowUs: number, guestCount: number, hasVillain: boolean): Cast {
  const platform = fakeKey("platform");
  const ownerKey = fakeKey("owner");
  const unsigned = genesisOf(ownerKey, platform, random, nowUs);
  const docId = unsigned.opId;
  const noteId = noteIdOf(docId);
  const note = noteIdBytes(noteId);
  const guests = Array.from({ length: guestCount }, (_, index): Person => {
    if (index === 1) return viewer(`viewer ${index}`, note, random);
    return random.chance(0.7)
      ? linkEditor(`link editor ${index}`, note, random)
      : userEditor(`user editor ${index}`, platform, random);
  });
  return {
    noteId,
    docId,
    genesis: sealEnvelope(unsigned, ownerKey.sign(unsigned.message)),
    platform,
    owner: user("owner", ownerKey, platform, principalOf(`user:${uuid(random)}`), null),
    guests,
    villain: hasVillain ? linkEditor("villain", note, random) : null,
  };
}

function genesisOf(key: FakeKey, platform: FakeKey, random: Random, nowUs: number): ReturnType<typeof prepareOp> {
  const zero = new Uint8Array(32);
  const body = encodeGenesis({
    scope: "note",
    mode: "open",
    platform: platform.publicKey,
    entropy: random.bytes(ENTROPY_BYTES),
  });
  const past = { docId: zero, prev: zero, acl: zero, seenSeq: 0, seenChain: zero };
  return prepareOp({ type: "genesis", author: key.publicKey, ctr: 1, wallTimeUs: nowUs, body, ...past }, sha256);
}

function user(name: string, key: FakeKey, platform: FakeKey, principal: Principal, grant: Grant | null): Person {
  const certificates = [fakeCertificate(platform, { device: key.publicKey, principal, note: null })];
  const visitor: Visitor = { device: key.publicKey, user: principal, link: null, holdsLinkSecret: false };
  return { name, key, principal, visitor, certificates, grant };
}

function userEditor(name: string, platform: FakeKey, random: Random): Person {
  const principal = principalOf(`user:${uuid(random)}`);
  return user(name, fakeKey(name), platform, principal, { principal, role: "editor", key: null, expiresUs: null });
}

function linkEditor(name: string, note: Uint8Array, random: Random): Person {
  const key = fakeKey(name);
  const linkKey = fakeKey(`link of ${name}`);
  const principal = principalOf(`link:${toBase64Url(random.bytes(16))}`);
  return {
    name,
    key,
    principal,
    visitor: { device: key.publicKey, user: null, link: principal, holdsLinkSecret: true },
    certificates: [fakeCertificate(linkKey, { device: key.publicKey, principal, note })],
    grant: { principal, role: "editor", key: linkKey.publicKey, expiresUs: null },
  };
}

function viewer(name: string, note: Uint8Array, random: Random): Person {
  const { key, principal, visitor } = linkEditor(name, note, random);
  const grant: Grant = { principal, role: "viewer", key: null, expiresUs: null };
  return { name, key, principal, visitor: { ...visitor, holdsLinkSecret: false }, certificates: [], grant };
}

function principalOf(text: string): Principal {
  const principal = parsePrincipal(text);
  if (principal === null) throw new Error(`${text} names no principal`);
  return principal;
}

function uuid(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
