// A small language for tests of the worker: guests with devices, notes, links and sockets, over the real routes.
/// <reference types="vite/types/importMeta.d.ts" />
import { env, exports } from "cloudflare:workers";
import {
  deviceResponseSchema,
  guestResponseSchema,
  linkSchema,
  type TicketResponse,
  ticketResponseSchema,
  type Link,
  createNoteResponseSchema,
} from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { type DeviceKey, generateDeviceKey, guestMessage, linkPrincipal, linkWriteSigner } from "@reed/crypto";
import {
  certificateMessage,
  encodeCertificate,
  encodeCertificatePayload,
  encodeGenesis,
  linkIdBytes,
  type NoteId,
  noteIdBytes,
  noteIdOf,
  parseLinkId,
  parseNoteId,
  prepareOp,
  type Scope,
  sealEnvelope,
} from "@reed/log";
import * as v from "valibot";
import { sha256 } from "./host/ports.ts";
import { Wire } from "./wire.test-support.ts";

export const ORIGIN = "https://reed.test";
const ZEROS = new Uint8Array(32);

const migrations = import.meta.glob<string>("../migrations/*.sql", { query: "?raw", import: "default", eager: true });

/** How long is waited for what happens at once on a quiet machine. */
export const SOON = { timeout: 30_000, interval: 50 } as const;

/** Loads the worker and makes its tables, if no file before made them: files of tests share a process. */
export async function startWorld(): Promise<void> {
  const known = await env.PLATFORM.prepare("SELECT 1 FROM sqlite_master WHERE name = 'users'").first();
  if (known === null) await makeTables();
  await api("/healthz");
}

async function makeTables(): Promise<void> {
  for (const path of Object.keys(migrations).toSorted()) {
    const statements = (migrations[path] ?? "")
      .replace(/^--.*$/gm, "")
      .split(";")
      .map((statement) => statement.trim());
    for (const statement of statements) if (statement !== "") await env.PLATFORM.prepare(statement).run();
  }
}

export function api(path: string, init: RequestInit<RequestInitCfProperties> = {}): Promise<Response> {
  return exports.default.fetch(new URL(path, ORIGIN).href, init);
}

export function postJson(path: string, body: unknown, token: string | null = null): Promise<Response> {
  const headers = {
    "Content-Type": "application/json",
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
  return api(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The code of a problem, with its status: "404 not_found". */
export async function problemIn(response: Response): Promise<string> {
  const { code } = v.parse(v.object({ code: v.string() }), await response.json());
  return `${response.status} ${code}`;
}

export interface Guest {
  readonly key: DeviceKey;
  readonly device: string;
  readonly userId: string;
  readonly certificate: Uint8Array;
  readonly token: string;
}

export async function newGuest(name = "Ana"): Promise<Guest> {
  const key = await generateDeviceKey();
  const device = toBase64Url(key.publicKey);
  const response = await postJson("/api/guests", { device, name });
  const { user, certificate, accessToken } = v.parse(guestResponseSchema, await response.json());
  return { key, device, userId: user.id, certificate: fromBase64Url(certificate), token: accessToken };
}

/** One more device of the guest's user. */
export async function newDevice(guest: Guest): Promise<Guest> {
  const key = await generateDeviceKey();
  const device = toBase64Url(key.publicKey);
  const response = await postJson("/api/devices", { device, proof: await proofOf(key) }, guest.token);
  const { certificate } = v.parse(deviceResponseSchema, await response.json());
  return { ...guest, key, device, certificate: fromBase64Url(certificate) };
}

export async function proofOf(
  key: DeviceKey,
  at = Date.now(),
): Promise<{ readonly at: number; readonly signature: string }> {
  return { at, signature: toBase64Url(await key.sign(guestMessage(key.publicKey, at))) };
}

export interface OwnedNote {
  readonly id: NoteId;
  readonly url: string;
}

/** A note made over POST for `owner`. */
export async function newNote(owner: Guest, text = ""): Promise<OwnedNote> {
  const { id, url } = v.parse(
    createNoteResponseSchema,
    await (await postJson("/api/notes", { text }, owner.token)).json(),
  );
  return { id: asNoteId(id), url };
}

export async function newLink(owner: Guest, noteId: NoteId, request: Record<string, unknown>): Promise<Link> {
  return v.parse(linkSchema, await (await postJson(`/api/notes/${noteId}/links`, request, owner.token)).json());
}

/** A genesis signed by a device, as a client makes it offline. */
export async function genesisBy(
  key: DeviceKey,
  entropy: Uint8Array,
  platformKey?: Uint8Array,
  scope: Scope = "note",
): Promise<{ readonly id: NoteId; readonly envelope: Uint8Array<ArrayBuffer> }> {
  const platform = platformKey ?? (await platformOf());
  const unsigned = prepareOp(
    {
      type: "genesis",
      docId: ZEROS,
      author: key.publicKey,
      ctr: 1,
      wallTimeUs: Date.now() * 1000,
      prev: ZEROS,
      acl: ZEROS,
      seenSeq: 0,
      seenChain: ZEROS,
      body: encodeGenesis({ scope, mode: "open", platform, entropy }),
    },
    sha256,
  );
  return {
    id: noteIdOf(unsigned.opId),
    envelope: new Uint8Array(sealEnvelope(unsigned, await key.sign(unsigned.message))),
  };
}

async function platformOf(): Promise<Uint8Array> {
  const { platformKey } = v.parse(v.object({ platformKey: v.string() }), await (await api("/api/platform")).json());
  return fromBase64Url(platformKey);
}

export function putGenesis(noteId: string, envelope: Uint8Array<ArrayBuffer>, token: string): Promise<Response> {
  const headers = { "Content-Type": "application/octet-stream", Authorization: `Bearer ${token}` };
  return api(`/api/notes/${noteId}`, { method: "PUT", headers, body: envelope });
}

export interface Way {
  readonly linkId?: string | undefined;
  readonly linkCertificate?: string | undefined;
}

export function askTicket(guest: Guest, noteId: string, way: Way = {}): Promise<Response> {
  return postJson(`/api/notes/${noteId}/ticket`, { device: guest.device, ...way }, guest.token);
}

export async function ticketFor(guest: Guest, noteId: string, way: Way = {}): Promise<TicketResponse> {
  return v.parse(ticketResponseSchema, await (await askTicket(guest, noteId, way)).json());
}

export function upgrade(
  noteId: string,
  protocols: readonly string[],
  headers: Record<string, string> = {},
): Promise<Response> {
  return api(`/api/notes/${noteId}/socket`, {
    headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": protocols.join(", "), ...headers },
  });
}

/** A socket that was let in and has said nothing yet. */
export async function openSocket(guest: Guest, noteId: NoteId, way: Way = {}): Promise<Wire> {
  const ticket = await ticketFor(guest, noteId, way);
  const { webSocket, status } = await upgrade(noteId, ticket.protocols);
  if (webSocket === null) throw new Error(`no socket: ${status}`);
  return new Wire(webSocket, guest.key, noteId, fromBase64Url(ticket.nonce));
}

/** A socket that has said HELLO and was welcomed. */
export async function join(guest: Guest, noteId: NoteId, way: Way = {}): Promise<Wire> {
  const wire = await openSocket(guest, noteId, way);
  await wire.hello();
  return wire;
}

/** What the bearer of an edit link asks a ticket with. */
export async function wayOfEditLink(
  guest: Guest,
  noteId: NoteId,
  url: string,
): Promise<{ readonly linkId: string; readonly linkCertificate: string; readonly certificate: Uint8Array }> {
  const { pathname, hash } = new URL(url);
  const linkId = parseLinkId(pathname.split("/").at(-1) ?? "");
  if (linkId === null) throw new Error("not the address of a link");
  const signer = linkWriteSigner(fromBase64Url(hash.slice(1)), noteIdBytes(noteId));
  const payload = encodeCertificatePayload({
    device: guest.key.publicKey,
    principal: linkPrincipal(linkIdBytes(linkId)),
    issuer: signer.publicKey,
    note: noteIdBytes(noteId),
    notBeforeUs: Date.now() * 1000,
    notAfterUs: (Date.now() + 3_600_000) * 1000,
  });
  const certificate = encodeCertificate(payload, await signer.sign(certificateMessage(payload)));
  return { linkId, linkCertificate: toBase64Url(certificate), certificate };
}

function asNoteId(text: string): NoteId {
  const noteId = parseNoteId(text);
  if (noteId === null) throw new Error("not a note id");
  return noteId;
}
