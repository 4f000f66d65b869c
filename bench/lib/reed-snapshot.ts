// Reed's snapshots as a client meets them: how a long note comes to be on a server, what it is opened from, and what that takes.
import { gunzipSync } from "node:zlib";
import { ed25519 } from "@reed/crypto";
import { decodeSnapshot, encodeEnrol, Ledger, verifySnapshot } from "@reed/log";
import { decodeDown, encodeUp } from "@reed/protocol";
import * as Y from "yjs";
import { download, type Download } from "./download.ts";
import { LogReader, makeDevice, type MadeNote, openSocket, Pen, sha256, until } from "./reed-client.ts";

const WINDOW = 64;
const OPS_A_FRAME = 16;
/** After a refusal: until the answers to all that was under way have come. */
const SETTLE_MS = 300;
const SNAPSHOT_WITHIN_MS = 60_000;
/** Longer than a server waits from one snapshot to the next. */
const STEADY_MS = 13_000;

/**
 * Writes updates through a socket, as a device that returns from a long journey would: up to 64 under way, and after a refusal
 * for its pace it waits as long as it is told and goes on with the same bytes.
 */
export async function fill(note: MadeNote, updates: readonly Uint8Array[]): Promise<void> {
  const device = await makeDevice(note, note.edit);
  const reader = new LogReader();
  const indexOf = new Map<string, number>();
  const keyOf = (opId: Uint8Array): string => Buffer.from(opId).toString("latin1");
  let acked = 0;
  let refused: string | null = null;
  let resumeAtMs: number | null = null;
  const socket = await openSocket(
    note,
    note.edit,
    device,
    (frame) => {
      const message = decodeDown(frame);
      // Answers come in order, so the newest tells of all before it.
      if (message.type === "ack")
        for (const { opId } of message.ops) acked = Math.max(acked, (indexOf.get(keyOf(opId)) ?? -1) + 1);
      else if (message.type === "nack" && message.class === "retry")
        resumeAtMs ??= performance.now() + message.retryAfterMs + SETTLE_MS;
      // What was under way behind a refused op does not follow from the log any more.
      else if (message.type === "nack" && resumeAtMs === null) refused ??= message.code;
      // Ops of our own come by their id alone: the past that we sign on stays where it was.
      else if (reader.seq === 0 || reader.seq < reader.headSeq) reader.take(frame);
      reader.read();
    },
    (code, reason) => (refused ??= `closed ${code} ${reason}`),
  );
  const fail = (): void => {
    if (refused !== null) throw new Error(`refused while writing: ${refused}`);
  };
  await until("the log", () => refused !== null || (reader.headSeq > 0 && reader.seq >= reader.headSeq));
  if (device.certificate === null) throw new Error("no certificate");
  const pen = new Pen(device.key, reader);
  const ops = [await pen.write("enrol", encodeEnrol([device.certificate]))];
  for (const update of updates) ops.push(await pen.text(update));
  for (const [index, { opId }] of ops.entries()) indexOf.set(keyOf(opId), index);
  for (let next = 0; acked < ops.length;) {
    fail();
    if (resumeAtMs !== null) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, (resumeAtMs ?? 0) - performance.now())));
      resumeAtMs = null;
      next = acked;
    }
    const envelopes = ops.slice(next, Math.min(acked + WINDOW, next + OPS_A_FRAME)).map(({ envelope }) => envelope);
    next += envelopes.length;
    if (envelopes.length > 0) socket.send(encodeUp({ type: "ops", envelopes }));
    const before = acked;
    if (next >= ops.length || next - acked >= WINDOW)
      await until("answers", () => acked > before || resumeAtMs !== null || refused !== null, 60_000);
  }
  fail();
  socket.close();
}

/** As whoever comes by the link that reads is answered. */
export const snapshotOf = ({ serverUrl, noteId, view }: MadeNote): Promise<Download> =>
  download(`${serverUrl}/api/notes/${noteId}/snapshot`, { Authorization: `Reed-Link ${view.linkId}` });

/** Waits until the newest snapshot stays the same for a while. */
export async function untilSnapshot(note: MadeNote): Promise<void> {
  const deadline = performance.now() + SNAPSHOT_WITHIN_MS;
  for (let last = "", since = performance.now(); ;) {
    const { status, body } = await snapshotOf(note);
    const now = status === 200 ? sha256(body).join() : "";
    if (now !== last) [last, since] = [now, performance.now()];
    if (now !== "" && performance.now() - since > STEADY_MS) return;
    if (performance.now() > deadline)
      throw new Error(`GET /api/notes/<id>/snapshot answers ${status}: ${body.toString("utf8").slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export interface Opened {
  readonly text: string;
  readonly textMs: number;
  readonly editableMs: number;
  readonly ledger: Ledger;
  readonly doc: Y.Doc;
}

/** What the client does with the bytes: the text is shown first, then every proof is checked and the document loaded. */
export async function openSnapshot(file: Download, note: MadeNote): Promise<Opened> {
  if (file.status !== 200) throw new Error(`the snapshot is answered with ${file.status}`);
  const startedAt = performance.now();
  const bytes =
    file.headers["content-encoding"] === "gzip" || file.body[0] === 0x1f ? gunzipSync(file.body) : file.body;
  const parts = decodeSnapshot(bytes);
  const text = new TextDecoder().decode(parts.text);
  const textMs = performance.now() - startedAt;
  const snapshot = await verifySnapshot(parts, note.noteId, { sha256, verifier: ed25519 });
  const ledger = Ledger.load(snapshot.ledger, { sha256, below: "trust" });
  const doc = new Y.Doc();
  Y.applyUpdateV2(doc, snapshot.document);
  const isSame = doc.getText("text").toString() === text;
  const editableMs = performance.now() - startedAt;
  if (!isSame) throw new Error("the document of the snapshot is not its text");
  return { text, textMs, editableMs, ledger, doc };
}

/** The tail over a socket brings the replica to the end of the log, with the whole text. */
export async function checkTail(note: MadeNote, { ledger, doc: opened }: Opened, text: string): Promise<void> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(opened));
  const reader = new LogReader();
  reader.seq = ledger.head.seq;
  let closed: string | null = null;
  const socket = await openSocket(
    note,
    note.view,
    await makeDevice(note, note.view),
    (frameBytes) => {
      reader.take(frameBytes);
      reader.read();
    },
    (code, reason) => (closed = `${code} ${reason}`),
    ledger.head,
  );
  await until("the tail", () => closed !== null || (reader.headSeq > 0 && reader.seq >= reader.headSeq));
  socket.close();
  if (closed !== null) throw new Error(`the socket for the tail was closed: ${String(closed)}`);
  for (const update of reader.updates) Y.applyUpdate(doc, update);
  if (doc.getText("text").toString() !== text) throw new Error("snapshot and tail are not what was written");
}
