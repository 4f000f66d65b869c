// Reed's wire as a load generator speaks it: everything that a server asks of a device (keys, certificates, tickets, proofs,
// signed ops that chain), nothing that a replica does with what it is sent. Ops are signed ahead of the measurement.
import { createHash } from "node:crypto";
import { equalBytes, fromBase64Url, toBase64Url } from "@reed/bytes";
import { type DeviceKey, generateDeviceKey, helloMessage, linkPrincipal, linkWriteSigner } from "@reed/crypto";
import {
  certificateMessage,
  type Cursor,
  decodeDataBody,
  decodeOp,
  encodeCertificate,
  encodeCertificatePayload,
  encodeDataBody,
  Ledger,
  linkIdBytes,
  type NoteId,
  noteIdBytes,
  type Op,
  type OpFields,
  type OpType,
  parseLinkId,
  parseNoteId,
  prepareOp,
  ReadingPlace,
  restoreOp,
  sealEnvelope,
  type Sha256,
  TEXT_BUCKET,
} from "@reed/log";
import { decodeDown, type Delivered, type Down, encodeUp, RECEIPT_EVERY_BYTES, WIRE_VERSION } from "@reed/protocol";
import { RawSocket } from "./raw-socket.ts";

const ZEROS = new Uint8Array(32);
const DELIVER = 0x44;
const HEAD = 0x4a;

export const sha256: Sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

interface Json {
  readonly [key: string]: unknown;
}

async function post(url: string, body: Json, token: string | null = null): Promise<Json> {
  const headers = {
    "Content-Type": "application/json",
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.text();
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${answer}`);
  return JSON.parse(answer) as Json;
}

const textIn = (json: Json, key: string): string => {
  const value = json[key];
  if (typeof value !== "string") throw new Error(`no ${key} in the answer`);
  return value;
};

export interface LinkAddress {
  readonly linkId: string;
  /** Of an edit link. */
  readonly secret: Uint8Array | null;
}

export interface MadeNote {
  readonly serverUrl: string;
  readonly noteId: NoteId;
  /** Of the guest who owns it. */
  readonly token: string;
  readonly view: LinkAddress;
  readonly edit: LinkAddress;
}

/** A note of a new guest, with a link to view and one to edit. */
export async function makeNote(serverUrl: string): Promise<MadeNote> {
  const key = await generateDeviceKey();
  const guest = await post(`${serverUrl}/api/guests`, { device: toBase64Url(key.publicKey), name: "Bench" });
  const token = textIn(guest, "accessToken");
  const noteId = parseNoteId(textIn(await post(`${serverUrl}/api/notes`, { text: "" }, token), "id"));
  if (noteId === null) throw new Error("no note was made");
  const link = async (role: string): Promise<LinkAddress> => {
    const made = await post(`${serverUrl}/api/notes/${noteId}/links`, { role }, token);
    const { hash } = new URL(textIn(made, "url"));
    return { linkId: textIn(made, "id"), secret: hash === "" ? null : fromBase64Url(hash.slice(1)) };
  };
  return { serverUrl, noteId, token, view: await link("viewer"), edit: await link("editor") };
}

export interface Device {
  readonly key: DeviceKey;
  /** By the edit link's key; null for readers. */
  readonly certificate: Uint8Array | null;
}

export async function makeDevice(note: MadeNote, link: LinkAddress): Promise<Device> {
  const key = await generateDeviceKey();
  const linkId = parseLinkId(link.linkId);
  if (link.secret === null || linkId === null) return { key, certificate: null };
  const signer = linkWriteSigner(link.secret, noteIdBytes(note.noteId));
  const payload = encodeCertificatePayload({
    device: key.publicKey,
    principal: linkPrincipal(linkIdBytes(linkId)),
    issuer: signer.publicKey,
    note: noteIdBytes(note.noteId),
    notBeforeUs: Date.now() * 1000,
    notAfterUs: (Date.now() + 86_400_000) * 1000,
  });
  return { key, certificate: encodeCertificate(payload, await signer.sign(certificateMessage(payload))) };
}

/** A socket that has said HELLO; whatever comes goes to `onFrame`. */
export async function openSocket(
  note: MadeNote,
  link: LinkAddress,
  { key, certificate }: Device,
  onFrame: (frame: Buffer) => void,
  onClose: (code: number, reason: string) => void,
  cursor: Cursor = { seq: 0, chain: ZEROS },
): Promise<RawSocket> {
  const asked = await post(`${note.serverUrl}/api/notes/${note.noteId}/ticket`, {
    device: toBase64Url(key.publicKey),
    linkId: link.linkId,
    ...(certificate === null ? {} : { linkCertificate: toBase64Url(certificate) }),
  });
  const { protocols } = asked;
  if (!Array.isArray(protocols)) throw new Error("no protocols in the ticket");
  const url = new URL(textIn(asked, "url"));
  url.host = new URL(note.serverUrl).host;
  let dealtBytes = 0;
  let receiptedBytes = 0;
  const onDelivery = (frame: Buffer): void => {
    onFrame(frame);
    if (frame[0] === HEAD) dealtBytes = receiptedBytes = 0;
    if (frame[0] !== DELIVER || WIRE_VERSION < 2) return;
    dealtBytes += frame.length;
    if (dealtBytes - receiptedBytes < RECEIPT_EVERY_BYTES) return;
    receiptedBytes = dealtBytes;
    socket.send(encodeUp({ type: "receipt", bytes: dealtBytes }));
  };
  const socket = await RawSocket.open({
    url: url.href,
    protocols: protocols.map(String),
    onFrame: onDelivery,
    onClose,
  });
  const nonce = fromBase64Url(textIn(asked, "nonce"));
  socket.send(
    encodeUp({
      type: "hello",
      lowestVersion: WIRE_VERSION,
      highestVersion: WIRE_VERSION,
      device: key.publicKey,
      proof: await key.sign(helloMessage(nonce, noteIdBytes(note.noteId))),
      cursor,
      presence: new Uint8Array(),
    }),
  );
  return socket;
}

/** What one socket knows of the log: where it ends, the newest control op, and the text. It takes every op at its word. */
export class LogReader {
  docId: Uint8Array = ZEROS;
  headSeq = 0;
  seq = 0;
  chain: Uint8Array = ZEROS;
  control: Uint8Array = ZEROS;
  /** Yjs updates of the text, in order. */
  readonly updates: Uint8Array[] = [];
  /** Frames that were not looked into yet. */
  readonly #frames: Buffer[] = [];
  #place: ReadingPlace | null = null;

  take(frame: Buffer): void {
    this.#frames.push(Buffer.from(frame));
  }

  /** Reads what came so far, every byte of it. */
  read(): void {
    for (const frame of this.#frames.splice(0)) this.#message(decodeDown(frame));
  }

  #message(message: Down): void {
    if (message.type === "welcome") {
      this.docId = message.docId;
      this.headSeq = message.head.seq;
      this.#place = new ReadingPlace(new Ledger(message.docId, { sha256, below: "trust" }), sha256);
    }
    if (message.type !== "deliver") return;
    if (message.firstSeq !== this.seq + 1) throw new Error(`position ${message.firstSeq} came after ${this.seq}`);
    this.seq += message.items.length;
    this.chain = message.chain;
    for (const item of message.items) {
      const op = this.#opOf(item);
      if (op === null) continue;
      if (op.type === "control") this.control = op.opId;
      if (op.type !== "data") continue;
      const { bucket, payload } = decodeDataBody(op.body);
      if (bucket === TEXT_BUCKET) this.updates.push(payload);
    }
    const chain = this.#place?.head.chain;
    if (chain !== undefined && !equalBytes(chain, message.chain)) throw new Error(`another chain at ${this.seq}`);
  }

  /** null: an op of this socket's own, of which only the id came. From there on only whole ops can be read. */
  #opOf(item: Delivered): Op | null {
    if (item.type === "own") {
      this.#place = null;
      return null;
    }
    if (item.type === "op") {
      const op = decodeOp(item.envelope, sha256);
      this.#place?.push(op, item.recvUs);
      return op;
    }
    if (this.#place === null) throw new Error("a compact op after one of our own");
    const op = restoreOp(item.bytes, item.recvUs, this.#place, sha256);
    this.#place.push(op, item.recvUs);
    return op;
  }
}

/** One device's line of ops, signed one after the other on a past that stands still. */
export class Pen {
  readonly #key: DeviceKey;
  readonly #acl: Uint8Array;
  readonly #docId: Uint8Array;
  #seen: Cursor;
  #ctr = 0;
  #prev: Uint8Array = ZEROS;
  #wallTimeUs = Date.now() * 1000;

  constructor(key: DeviceKey, past: Pick<LogReader, "docId" | "seq" | "chain" | "control">) {
    this.#key = key;
    this.#docId = past.docId;
    this.#acl = past.control;
    this.#seen = { seq: past.seq, chain: past.chain };
  }

  /** What is written from here on has seen the log up to `cursor`. */
  see(cursor: Cursor): void {
    this.#seen = cursor;
  }

  async write(type: OpType, body: Uint8Array): Promise<{ readonly opId: Uint8Array; readonly envelope: Uint8Array }> {
    const { seq, chain } = this.#seen;
    this.#ctr += 1;
    this.#wallTimeUs += 1;
    const fields: OpFields = {
      type,
      docId: this.#docId,
      author: this.#key.publicKey,
      ctr: this.#ctr,
      wallTimeUs: this.#wallTimeUs,
      prev: this.#prev,
      acl: this.#acl,
      seenSeq: seq,
      seenChain: chain,
      body,
    };
    const unsigned = prepareOp(fields, sha256);
    this.#prev = unsigned.opId;
    return { opId: unsigned.opId, envelope: sealEnvelope(unsigned, await this.#key.sign(unsigned.message)) };
  }

  text(update: Uint8Array): Promise<{ readonly opId: Uint8Array; readonly envelope: Uint8Array }> {
    return this.write("data", encodeDataBody({ bucket: TEXT_BUCKET, payload: update }));
  }
}

/** Resolves when `holds`, asked every few ms. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAt > withinMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
