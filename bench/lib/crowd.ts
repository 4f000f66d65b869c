// A note with as many people in it as one object serves, and some more: everybody who fits is served in time and has the same log
// in the end, and who does not fit is told so and reads over HTTP. Callers: `npm run crowd`, and a small one among the tests.
import { gunzipSync } from "node:zlib";
import { ed25519 } from "@reed/crypto";
import { type Cursor, decodeSnapshot, encodeEnrol, verifySnapshot } from "@reed/log";
import { decodeDown, encodeUp } from "@reed/protocol";
import * as Y from "yjs";
import { download } from "./download.ts";
import { inTurns } from "./driver.ts";
import type { RawSocket } from "./raw-socket.ts";
import {
  type Device,
  type LinkAddress,
  LogReader,
  makeDevice,
  type MadeNote,
  makeNote,
  openSocket,
  Pen,
  sha256,
  until,
} from "./reed-client.ts";
import { Latencies } from "./stats.ts";
import { planTyping, textOf, type Typist } from "./typing.ts";

export interface CrowdPlan {
  readonly serverUrl: string;
  readonly editors: number;
  readonly readers: number;
  readonly editsPerSecond: number;
  readonly seconds: number;
  /** Whether these are all that fit, so that one more of each must be turned away. */
  readonly isFull: boolean;
  readonly seed: number;
}

export interface CrowdResult {
  readonly edits: number;
  /** ms, from the moment when an edit was meant to leave to its answer. */
  readonly ack: Latencies;
  /** Longest wait of all sockets for the whole log, after the last edit was meant to leave. */
  readonly settleMs: number;
  /** How one more editor and one more reader were told, where there was no room. */
  readonly refusals: readonly string[];
  /** How often who was told so found a newer snapshot, and how far the last lay behind the end. */
  readonly polls: number;
  readonly pollBehind: number;
  /** What went wrong; empty: every answer was right. */
  readonly faults: readonly string[];
}

const SETTLE_WITHIN_MS = 60_000;
const POLL_EVERY_MS = 2000;
const CHAIN_AT = 17;
const DELIVER = 0x44;
const ZEROS = Buffer.alloc(32);

/** What one socket was sent, read in place: how far its log reaches, without a gap, and the chain value there. */
class Place {
  seq = 0;
  readonly chain: Buffer = Buffer.from(ZEROS);
  readonly #onFault: (what: string) => void;

  constructor(onFault: (what: string) => void) {
    this.#onFault = onFault;
  }

  take(frame: Buffer): void {
    if (frame[0] !== DELIVER) return;
    const first = Number(frame.readBigUInt64BE(1));
    if (first !== this.seq + 1) this.#onFault(`position ${first} came after ${this.seq}`);
    this.seq = first + frame.readUInt16BE(CHAIN_AT + 32) - 1;
    frame.copy(this.chain, 0, CHAIN_AT, CHAIN_AT + 32);
  }
}

interface Editor {
  readonly device: Device;
  readonly socket: RawSocket;
  readonly place: Place;
}

/** Brings the crowd in, lets it write, and checks what everybody has. Never throws for a wrong answer: that is a fault. */
export async function runCrowd(plan: CrowdPlan): Promise<CrowdResult> {
  const faults: string[] = [];
  const fault = (what: string): void => void (faults.length < 20 && faults.push(what));
  let isClosing = false;
  const onClose = (who: string) => (code: number, reason: string) => {
    if (!isClosing) fault(`${who} was cut: ${code} ${reason}`);
  };
  const note = await makeNote(plan.serverUrl);
  const typists = planTyping({
    typists: plan.editors,
    keysPerSecond: plan.editsPerSecond,
    seconds: plan.seconds,
    gatherMs: 0,
    seed: plan.seed,
  });
  const ack = new Latencies();
  const meantAt = new Map<string, number>();
  const ackedOps = new Set<string>();
  /** What an editor has still to send: its ops leave in the order in which they were signed, however late this process is. */
  const lines = new Map<number, Promise<void>>();

  const log = new LogReader();
  const places: Place[] = [];
  const enter = async (link: LinkAddress, device: Device, who: string, onFrame: (frame: Buffer) => void) => {
    const place = new Place(fault);
    places.push(place);
    const take = (frame: Buffer): void => {
      place.take(frame);
      onFrame(frame);
    };
    return { place, device, socket: await openSocket(note, link, device, take, onClose(who)) };
  };

  // The first reader reads every byte, the others how far they are. The last comes when all the editors are there.
  const devices = await inTurns(Array.from({ length: plan.readers }), 20, () => makeDevice(note, note.view));
  const enterReader = (device: Device, index: number) =>
    enter(note.view, device, "a reader", (frame) => index === 0 && log.take(frame));
  const last = devices.length - 1;
  const early = await inTurns(devices.slice(0, last), 20, enterReader);
  await until("the log at the first reader", () => {
    log.read();
    return log.headSeq > 0 && log.seq >= log.headSeq;
  });
  const founding = log.seq;
  const pens: Pen[] = [];
  const editors: readonly Editor[] = await inTurns(typists, 10, async (_, index) => {
    const device = await makeDevice(note, note.edit);
    pens[index] = new Pen(device.key, log);
    return enter(note.edit, device, "an editor", (frame) => {
      if (frame[0] === DELIVER) return;
      const message = decodeDown(frame);
      if (message.type === "nack") fault(`an op was refused: ${message.code}`);
      if (message.type !== "ack") return;
      for (const { opId } of message.ops) {
        const key = keyOf(opId);
        ackedOps.add(key);
        const meant = meantAt.get(key);
        if (meant !== undefined) ack.add(performance.now() - meant);
      }
    });
  });
  await inTurns(editors, 20, async ({ device, socket }, index) => {
    const enrol = await pens[index]?.write(
      "enrol",
      encodeEnrol(device.certificate === null ? [] : [device.certificate]),
    );
    if (enrol !== undefined) socket.send(encodeUp({ type: "ops", envelopes: [enrol.envelope] }));
  });
  const refusals = plan.isFull ? [await knock(note, note.edit)] : [];
  const late = await inTurns(devices.slice(last), 1, (device) => enterReader(device, last));
  const readers = [...early, ...late];
  const begun = founding + plan.editors;
  await until("everybody to be there", () => faults.length > 0 || places.every(({ seq }) => seq >= begun), 60_000);

  if (plan.isFull) refusals.push(await knock(note, note.view));

  const edits = inOrder(typists);
  const total = begun + edits.length;
  const poller = plan.isFull ? startPolling(note) : null;
  const startedAt = performance.now();
  const signing: Promise<void>[] = [];
  for (const { editor, update, atMs } of edits) {
    const waitMs = startedAt + atMs - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    signing.push(send(editor, update, startedAt + atMs));
  }
  const lastAt = performance.now();
  await Promise.all(signing);
  const isDone = (): boolean =>
    places.every(({ seq }) => seq >= total) && ackedOps.size === edits.length + plan.editors;
  await until("everybody to have everything", () => faults.length > 0 || isDone(), SETTLE_WITHIN_MS).catch(() => {
    const behind = places.filter(({ seq }) => seq < total).length;
    fault(`${behind} sockets never got the whole log, ${edits.length + plan.editors - ackedOps.size} ops no answer`);
  });
  const settleMs = performance.now() - lastAt;

  log.read();
  const text = textIn(log.updates);
  if (text !== textOf(typists)) fault("the first reader's text is not what was written");
  const parted = places.filter(({ seq, chain }) => seq !== log.seq || !chain.equals(Buffer.from(log.chain))).length;
  if (parted > 0) fault(`${parted} sockets have another log than the first reader`);
  const { polls, seq: polled } = poller === null ? { polls: 0, seq: 0 } : await poller.stop();
  if (poller !== null) await readOverHttp(note, text).catch((error: unknown) => fault(String(error)));
  if (plan.isFull && faults.length === 0)
    await takeFreedPlace(note, readers[0]?.socket).catch((error: unknown) => fault(String(error)));
  isClosing = true;
  for (const { socket } of [...readers, ...editors]) socket.close();
  return { edits: edits.length, ack, settleMs, refusals, polls, pollBehind: log.seq - polled, faults };

  /** Signed on what the first reader has, as if each editor read along. */
  async function send(editor: number, update: Uint8Array, meantMs: number): Promise<void> {
    const pen = pens[editor];
    const seen = places[0];
    if (pen === undefined || seen === undefined) throw new Error("nobody to write");
    pen.see({ seq: seen.seq, chain: Uint8Array.from(seen.chain) });
    const signed = pen.text(update);
    const before = lines.get(editor);
    const line = (async () => {
      await before;
      const { opId, envelope } = await signed;
      meantAt.set(keyOf(opId), meantMs);
      editors[editor]?.socket.send(encodeUp({ type: "ops", envelopes: [envelope] }));
    })();
    lines.set(editor, line);
    await line;
  }

  /** Somebody leaves, and who was told that there is no room comes in, from the newest snapshot, as who polls has it. */
  async function takeFreedPlace(of: MadeNote, leaver: RawSocket | undefined): Promise<void> {
    isClosing = true;
    leaver?.close();
    let told = "";
    for (let tries = 0; tries < 80; tries += 1) {
      const newest = await poll(of, "");
      told = await knock(of, of.view, newest?.snapshot.manifest.at);
      if (told === "welcome") return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error(`a freed place was not given to the next, who was told "${told}"`);
  }
}

const keyOf = (opId: Uint8Array): string => Buffer.from(opId).toString("latin1");

/** Every edit of everybody, by the time after the start at which it leaves. */
function inOrder(typists: readonly Typist[]) {
  return typists
    .flatMap(({ edits }, editor) => edits.map(({ update, sendMs }) => ({ editor, update, atMs: sendMs })))
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** How somebody is received for whom there may be no room. */
async function knock(note: MadeNote, link: LinkAddress, cursor?: Cursor | undefined): Promise<string> {
  const device = await makeDevice(note, link);
  const answer = Promise.withResolvers<string>();
  try {
    const socket = await openSocket(
      note,
      link,
      device,
      (frame) => decodeDown(frame).type === "welcome" && answer.resolve("welcome"),
      (code, reason) => answer.resolve(`${code} ${reason}`),
      cursor,
    );
    const told = await answer.promise;
    socket.close();
    return told;
  } catch (error) {
    // The answer is a problem in JSON; the one that has a name for programs has it under `code`.
    const message = error instanceof Error ? error.message : String(error);
    return `${/HTTP\/1\.1 (\d+)/.exec(message)?.[1] ?? ""} ${/"code":"(\w+)"/.exec(message)?.[1] ?? message}`;
  }
}

const asReader = (note: MadeNote) => ({ Authorization: `Reed-Link ${note.view.linkId}` });

/** The newest snapshot as somebody without a socket gets it; null where it is the one with the tag, or there is none yet. */
async function poll(note: MadeNote, tag: string) {
  const file = await download(`${note.serverUrl}/api/notes/${note.noteId}/snapshot`, {
    ...asReader(note),
    ...(tag === "" ? {} : { "If-None-Match": tag }),
  });
  if (file.status !== 200) return null;
  const snapshot = await verifySnapshot(decodeSnapshot(gunzipSync(file.body)), note.noteId, {
    sha256,
    verifier: ed25519,
  });
  return { snapshot, tag: String(file.headers["etag"]) };
}

function startPolling(note: MadeNote): { stop(): Promise<{ readonly polls: number; readonly seq: number }> } {
  const over = new AbortController();
  const polling = (async () => {
    let [polls, seq, tag] = [0, 0, ""];
    while (!over.signal.aborted) {
      const found = await poll(note, tag);
      if (found !== null) {
        polls += 1;
        [seq, tag] = [found.snapshot.manifest.at.seq, found.tag];
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
    return { polls, seq };
  })();
  return {
    stop() {
      over.abort();
      return polling;
    },
  };
}

/** A snapshot and what follows it make the text that everybody has. Throws where they don't. */
async function readOverHttp(note: MadeNote, text: string): Promise<void> {
  const found = await poll(note, "");
  if (found === null) throw new Error("nobody without a socket could read the note");
  const since = found.snapshot.manifest.at.seq;
  const tail = await download(`${note.serverUrl}/api/notes/${note.noteId}/update?since=${since}`, asReader(note));
  if (tail.status !== 200) throw new Error(`GET …/update answers ${tail.status}`);
  const doc = new Y.Doc();
  Y.applyUpdateV2(doc, found.snapshot.document);
  Y.applyUpdate(doc, tail.headers["content-encoding"] === "gzip" ? gunzipSync(tail.body) : tail.body);
  if (doc.getText("text").toString() !== text) throw new Error("who polls has another text");
}

function textIn(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  doc.transact(() => updates.forEach((update) => Y.applyUpdate(doc, update)));
  return doc.getText("text").toString();
}
