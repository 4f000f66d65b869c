// Reed as a contestant: a note with its typists and receivers, whose ops are signed ahead of the measurement where they are few
// enough. Deliveries are read in place, without checking what the server checked.
import { Reader, readVarint } from "@reed/bytes";
import { type Cursor, encodeEnrol } from "@reed/log";
import { decodeDown, encodeUp } from "@reed/protocol";
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
import { maskedFrame } from "./raw-socket.ts";
import { LogReader, makeDevice, makeNote, openSocket, Pen, until } from "./reed-client.ts";
import type { Typist } from "./typing.ts";

const DELIVER = 0x44;
const ACK = 0x42;

export const reedDriver: Driver = { acks: "durable", open: openNote };

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
  const cache = new FrameCache<readonly Writing[]>();
  let isClosing = false;
  const onClose = (code: number, reason: string): void => {
    if (!isClosing) events.onFault(`a socket was closed: ${code} ${reason}`);
  };
  /** By the first bytes of their keys. */
  const indexOf = new Map<number, number>();
  const isLive = plan.typists.reduce((sum, { edits }) => sum + edits.length, 0) > SIGNED_AHEAD;
  let newest: Cursor | null = null;
  const seqs = Array.from({ length: plan.receivers }, () => 0);
  /** The newest op of each typist at each receiver. */
  const ctrs = seqs.map(() => new Float64Array(plan.typists.length));
  const receivers = await inTurns(seqs, 20, async (_, receiver) =>
    openSocket(
      note,
      note.view,
      await makeDevice(note, note.view),
      (frame) => {
        if (receiver === 0) reader.take(frame);
        if (frame[0] !== DELIVER) return;
        const written = cache.get(frame, writingsIn);
        // Positions are dense: a gap is a lost op, an overlap a doubled one.
        if (firstSeqIn(frame) !== (seqs[receiver] ?? 0) + 1)
          events.onFault("a receiver missed an op, or got one twice");
        seqs[receiver] = (seqs[receiver] ?? 0) + written.length;
        if (receiver === 0) newest = { seq: seqs[0] ?? 0, chain: new Uint8Array(frame.subarray(17, 49)) };
        const newestCtrs = ctrs[receiver];
        for (const { author, ctr, step } of written) {
          const index = indexOf.get(author);
          const typist = index === undefined ? undefined : plan.typists[index];
          if (index === undefined || typist === undefined || newestCtrs === undefined) continue;
          const now = ctr ?? (newestCtrs[index] ?? 0) + step;
          newestCtrs[index] = now;
          const edit = typist.edits[now - FIRST_DATA_CTR];
          if (edit !== undefined) events.onKeys(receiver, typist.client, edit.from, edit.to);
          else if (now >= FIRST_DATA_CTR) events.onFault("a receiver was sent an op that nobody wrote");
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
    indexOf.set(Buffer.from(device.key.publicKey).readUInt32BE(0), index);
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

interface Writing {
  /** First bytes of the author's key. */
  readonly author: number;
  /** Which op of its author's; null where it is said as so many after the last. */
  readonly ctr: number | null;
  readonly step: number;
}

const firstSeqIn = (frame: Buffer): number => Number(frame.readBigUInt64BE(1));

/** Who wrote the ops of a DELIVER, and which of theirs each is: read in place, without checking what the server checked. */
function writingsIn(frame: Buffer): readonly Writing[] {
  const count = frame.readUInt16BE(49);
  const reader = new Reader(frame.subarray(51));
  return Array.from({ length: count }, () => {
    if (reader.u8() === 2) {
      readVarint(reader);
      return compactWriting(Buffer.from(reader.bytes(readVarint(reader))));
    }
    reader.u64();
    const envelope = Buffer.from(reader.bytes(reader.u32()));
    return { author: envelope.readUInt32BE(40), ctr: Number(envelope.readBigUInt64BE(72)), step: 0 };
  });
}

/** The beginning of a compact op (docs/spec/wire.md, W56). */
function compactWriting(bytes: Buffer): Writing {
  const reader = new Reader(bytes);
  const flags = reader.u8();
  if ((flags & 0x20) !== 0) reader.u8();
  const author = reader.u32();
  if ((flags & 0x01) !== 0) reader.bytes(28);
  return { author, ctr: null, step: (flags & 0x02) === 0 ? 1 : readVarint(reader) };
}
