// Reed's wire as a load generator speaks it: everything that a server asks of a device (keys, certificates, tickets, proofs,
// signed ops that chain), nothing that a replica does with what it is sent. Ops are signed ahead of the measurement.
import { createHash } from "node:crypto";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { type DeviceKey, generateDeviceKey, helloMessage, linkPrincipal, linkWriteSigner } from "@reed/crypto";
import {
  certificateMessage,
  type Cursor,
  decodeDataBody,
  decodeOp,
  encodeCertificate,
  encodeCertificatePayload,
  encodeDataBody,
  encodeEnrol,
  linkIdBytes,
  type NoteId,
  noteIdBytes,
  type OpFields,
  type OpType,
  parseLinkId,
  parseNoteId,
  prepareOp,
  sealEnvelope,
  type Sha256,
  TEXT_BUCKET,
} from "@reed/log";
import { decodeDown, type Down, encodeUp, RECEIPT_EVERY_BYTES, WIRE_VERSION } from "@reed/protocol";
import * as Y from "yjs";
import {
  type Driver,
  FrameCache,
  inTurns,
  type NoteEvents,
  type NotePlan,
  type OpenNote,
  sumTraffic,
} from "./driver.ts";
import { maskedFrame, RawSocket } from "./raw-socket.ts";
import type { Typist } from "./typing.ts";

const ZEROS = new Uint8Array(32);
const DELIVER = 0x44;
const ACK = 0x42;
const HEAD = 0x4a;

export const sha256: Sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

export const reedDriver: Driver = { acks: "durable", open: openNote };

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

/** What one socket knows of the log: where it ends, the newest control op, and every op by its author's counter. */
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
    }
    if (message.type !== "deliver") return;
    if (message.firstSeq !== this.seq + 1) throw new Error(`position ${message.firstSeq} came after ${this.seq}`);
    this.seq += message.items.length;
    this.chain = message.chain;
    for (const item of message.items) {
      if (item.type === "own") continue;
      const op = decodeOp(item.envelope, sha256);
      if (op.type === "control") this.control = op.opId;
      if (op.type !== "data") continue;
      const { bucket, payload } = decodeDataBody(op.body);
      if (bucket === TEXT_BUCKET) this.updates.push(payload);
    }
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
export async function until(what: string, holds: () => boolean, withinMs = 30_000): Promise<void> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > withinMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

interface Signed {
  /** Its edits, signed ahead; none where there are too many. */
  readonly frames: readonly Buffer[];
  readonly enrol: Buffer;
  readonly pen: Pen;
}

/** A room forgets positions that lie further back (4096), and refuses what was signed on them: more than these are signed live. */
const SIGNED_AHEAD = 3000;

async function openNote(serverUrl: string, plan: NotePlan, events: NoteEvents): Promise<OpenNote> {
  const note = await makeNote(serverUrl);
  const reader = new LogReader();
  const cache = new FrameCache<readonly Author[]>();
  let isClosing = false;
  const onClose = (code: number, reason: string): void => {
    if (!isClosing) events.onFault(`a socket was closed: ${code} ${reason}`);
  };
  const clientOf = new Map<string, Typist>();
  const isLive = plan.typists.reduce((sum, { edits }) => sum + edits.length, 0) > SIGNED_AHEAD;
  let newest: Cursor | null = null;
  const seqs = Array.from({ length: plan.receivers }, () => 0);
  const receivers = await inTurns(seqs, 20, async (_, receiver) =>
    openSocket(
      note,
      note.view,
      await makeDevice(note, note.view),
      (frame) => {
        if (receiver === 0) reader.take(frame);
        if (frame[0] !== DELIVER) return;
        const authors = cache.get(frame, authorsIn);
        // Positions are dense: a gap is a lost op, an overlap a doubled one.
        if (firstSeqIn(frame) !== (seqs[receiver] ?? 0) + 1)
          events.onFault("a receiver missed an op, or got one twice");
        seqs[receiver] = (seqs[receiver] ?? 0) + authors.length;
        if (receiver === 0) newest = { seq: seqs[0] ?? 0, chain: new Uint8Array(frame.subarray(17, 49)) };
        for (const { author, ctr } of authors) {
          const typist = clientOf.get(author);
          const edit = typist?.edits[ctr - FIRST_DATA_CTR];
          if (typist !== undefined && edit !== undefined) events.onKeys(receiver, typist.client, edit.from, edit.to);
        }
      },
      onClose,
    ),
  );
  await until("the log at the first receiver", () => {
    reader.read();
    return reader.headSeq > 0 && reader.seq >= reader.headSeq;
  });

  const devices = await inTurns(plan.typists, 20, () => makeDevice(note, note.edit));
  const editOf = new Map<string, readonly [typist: number, edit: number]>();
  const signed = await inTurns(plan.typists, 8, (typist, index) => sign(typist, index));
  async function sign(typist: Typist, index: number): Promise<Signed> {
    const device = devices[index];
    if (device?.certificate === null || device === undefined) throw new Error("a typist without a certificate");
    clientOf.set(Buffer.from(device.key.publicKey).toString("latin1"), typist);
    const pen = new Pen(device.key, reader);
    const enrol = await pen.write("enrol", encodeEnrol([device.certificate]));
    const frames: Buffer[] = [];
    if (!isLive)
      for (const [edit, { update }] of typist.edits.entries()) frames.push(await signEdit(pen, update, index, edit));
    return { frames, enrol: maskedFrame(encodeUp({ type: "ops", envelopes: [enrol.envelope] })), pen };
  }

  async function signEdit(pen: Pen, update: Uint8Array, typist: number, edit: number): Promise<Buffer> {
    const { opId, envelope } = await pen.text(update);
    editOf.set(Buffer.from(opId).toString("latin1"), [typist, edit]);
    return maskedFrame(encodeUp({ type: "ops", envelopes: [envelope] }));
  }

  /** Each typist's edits are signed one after the other, upon what is known of the log by then. */
  const turns = plan.typists.map(() => Promise.resolve());
  async function signAndSend(typist: number, edit: number): Promise<void> {
    const { pen } = signed[typist] ?? {};
    const update = plan.typists[typist]?.edits[edit]?.update;
    if (pen === undefined || update === undefined) return;
    if (newest !== null) pen.see(newest);
    typists[typist]?.sendMasked(await signEdit(pen, update, typist, edit));
  }

  let enrolled = 0;
  const typists = await inTurns(devices, 20, async (device) => {
    const welcomed = Promise.withResolvers<void>();
    const socket = await openSocket(
      note,
      note.edit,
      device,
      (frame) => {
        if (frame[0] === DELIVER) return;
        const message = decodeDown(frame);
        if (message.type === "welcome") welcomed.resolve();
        else if (message.type === "nack") events.onFault(`an op was refused: ${message.code}`);
        else if (message.type === "ack" && frame[0] === ACK) {
          for (const { opId } of message.ops) {
            const found = editOf.get(Buffer.from(opId).toString("latin1"));
            if (found === undefined) enrolled += 1;
            else events.onAck(found[0], found[1]);
          }
        }
      },
      onClose,
    );
    await welcomed.promise;
    return socket;
  });
  for (const [index, { enrol }] of signed.entries()) typists[index]?.sendMasked(enrol);
  const founding = reader.seq;
  await until("all enrolments", () => enrolled === typists.length);
  await until("enrolments at all receivers", () => seqs.every((seq) => seq === founding + typists.length));
  return {
    send: (typist, edit) => {
      if (isLive) turns[typist] = (turns[typist] ?? Promise.resolve()).then(() => signAndSend(typist, edit));
      const frame = signed[typist]?.frames[edit];
      if (frame !== undefined) typists[typist]?.sendMasked(frame);
    },
    text: () => {
      reader.read();
      const doc = new Y.Doc();
      doc.transact(() => reader.updates.forEach((update) => Y.applyUpdate(doc, update)));
      return doc.getText("text").toString();
    },
    receiverTraffic: () => sumTraffic(receivers),
    typistTraffic: () => sumTraffic(typists),
    close: () => {
      isClosing = true;
      for (const socket of [...receivers, ...typists]) socket.close();
    },
  };
}

/** A device's first op enrols it. */
const FIRST_DATA_CTR = 2;

interface Author {
  /** Key, as latin1. */
  readonly author: string;
  readonly ctr: number;
}

const firstSeqIn = (frame: Buffer): number => Number(frame.readBigUInt64BE(1));

/** Who wrote the ops of a DELIVER, and which of theirs each is: read in place, without checking what the server checked. */
function authorsIn(frame: Buffer): readonly Author[] {
  const count = frame.readUInt16BE(49);
  const authors: Author[] = [];
  let at = 51;
  for (let index = 0; index < count; index += 1) {
    const length = frame.readUInt32BE(at + 9);
    const header = at + 13;
    authors.push({
      author: frame.toString("latin1", header + 40, header + 72),
      ctr: Number(frame.readBigUInt64BE(header + 72)),
    });
    at = header + length;
  }
  return authors;
}
