// (h) What the client spends: on opening a note, on somebody else's key, and on a key of its own, in notes of three sizes. Next to
// it stands Yjs alone, which signs, checks and proves nothing. One thread of Node; the app verifies in a Worker beside the page.
import { ed25519 } from "@reed/crypto";
import { decodeOp, encodeEnrol, type Ledger, verifyOp } from "@reed/log";
import { encodeUp } from "@reed/protocol";
import * as Y from "yjs";
import { attempt, type Part, type PartContext } from "../lib/part.ts";
import { randomOf } from "../lib/random.ts";
import { makeDevice, makeNote, type MadeNote, Pen, sha256 } from "../lib/reed-client.ts";
import { checkTail, fill, openSnapshot, type Opened, snapshotOf, untilSnapshot } from "../lib/reed-snapshot.ts";
import { startServer } from "../lib/servers.ts";

const SIZES = [
  { key: "1k", title: "1 KB", bytes: 1000 },
  { key: "100k", title: "100 KB", bytes: 100_000 },
  { key: "1m", title: "1 MB", bytes: 980_000 },
] as const;
const TYPISTS = 50;
const KEYS_EACH = 5;
const OWN_KEYS = 200;
const WORD = "rushes ";
const SHORT_BYTES = 10_000;

export const client: Part = {
  letter: "h",
  title: "In the client",
  rows: SIZES.flatMap(({ key, title }) => [
    { key: `open.${key}`, title: `open ${title}: bytes to editable`, unit: "ms", better: "less" },
    { key: `apply.${key}`, title: `apply somebody's key at ${title}`, unit: "µs", better: "less" },
    { key: `encode.${key}`, title: `encode a key of one's own at ${title}`, unit: "µs", better: "less" },
    {
      key: `core.${key}`,
      title: `share of a core that 50 typists take at ${title}`,
      unit: "",
      better: "less",
      promises: [{ over: "one", limit: 0.25 }],
    },
  ]),
  async run(context) {
    const server = await startServer("reed");
    try {
      const notes = await Promise.all(SIZES.map(({ bytes }) => writeNote(server.url, bytes, context.run)));
      for (const [index, { key, title }] of SIZES.entries())
        await attempt(context, `client at ${title}`, async () => {
          const { note, text } = notes[index] ?? {};
          if (note === undefined || text === undefined) throw new Error("the note was not written");
          await measure(context, key, note, text);
        });
    } finally {
      await server.stop();
    }
  },
};

async function writeNote(
  url: string,
  bytes: number,
  seed: number,
): Promise<{ readonly note: MadeNote; readonly text: string }> {
  const note = await makeNote(url);
  const { text, updates } = write(bytes, seed);
  await fill(note, updates);
  await untilSnapshot(note);
  return { note, text };
}

/**
 * A text of `bytes` letters as people write it: words here and there, some taken out again. A hundred edits an update; a short text
 * comes letter by letter, for a server makes no snapshot of a few ops.
 */
function write(bytes: number, seed: number): { readonly text: string; readonly updates: readonly Uint8Array[] } {
  const doc = new Y.Doc();
  doc.clientID = 9;
  const text = doc.getText("text");
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const random = randomOf(seed);
  const isShort = bytes < SHORT_BYTES;
  const piece = isShort ? WORD.slice(0, 1) : WORD;
  let at = 0;
  while (text.length < bytes)
    doc.transact(() => {
      for (let edit = 0; edit < (isShort ? 1 : 100) && text.length < bytes; edit += 1) {
        if (random.next() < 0.1) at = random.below(text.length + 1);
        if (random.next() < 0.1 && at > piece.length) text.delete((at -= piece.length), piece.length);
        text.insert(at, piece);
        at += piece.length;
      }
    });
  return { text: text.toString(), updates };
}

async function measure(context: PartContext, size: string, note: MadeNote, text: string): Promise<void> {
  const file = await snapshotOf(note);
  if (file.status !== 200) throw new Error(`no snapshot: ${file.status}`);
  const opened = await openSnapshot(file, note);
  await checkTail(note, opened, text);
  const state = Y.encodeStateAsUpdateV2(opened.doc);
  const plain = new Y.Doc();
  const openMs = timed(() => {
    Y.applyUpdateV2(plain, state);
    return plain.getText("text").toString();
  });
  context.record(`open.${size}`, "reed", opened.editableMs);
  context.record(`open.${size}`, "yjs", openMs);

  const arriving = await keysOfOthers(note, opened);
  const startedAt = performance.now();
  for (const batch of arriving) await apply(batch, opened.ledger, opened.doc);
  const ops = TYPISTS * KEYS_EACH;
  const applyUs = ((performance.now() - startedAt) * 1000) / ops;
  const plainUs =
    (timed(() => {
      for (const batch of arriving) for (const { update } of batch) Y.applyUpdate(plain, update);
    }) *
      1000) /
    ops;
  if (plain.getText("text").toString() !== opened.doc.getText("text").toString())
    throw new Error("the two replicas differ");
  context.record(`apply.${size}`, "reed", applyUs);
  context.record(`apply.${size}`, "yjs", plainUs);
  context.record(`core.${size}`, "reed", (applyUs * TYPISTS * KEYS_EACH) / 1_000_000);

  const encodeUs = await typeOwn(note, opened, true);
  const plainEncodeUs = await typeOwn(note, { ...opened, doc: plain }, false);
  context.record(`encode.${size}`, "reed", encodeUs);
  context.record(`encode.${size}`, "yjs", plainEncodeUs);
  context.say(
    `${size}: open ${opened.editableMs.toFixed(1)} (Yjs ${openMs.toFixed(1)}) ms, apply ${applyUs.toFixed(0)} (${plainUs.toFixed(0)}) µs, encode ${encodeUs.toFixed(0)} (${plainEncodeUs.toFixed(0)}) µs`,
  );
}

interface Arriving {
  readonly envelope: Uint8Array;
  readonly update: Uint8Array;
}

/** One second of fifty typists, in the batches in which a busy room would deliver it. Their enrolments are in the ledger. */
async function keysOfOthers(note: MadeNote, { ledger, doc }: Opened): Promise<readonly (readonly Arriving[])[]> {
  const arriving: Arriving[] = [];
  const lines: Arriving[][] = [];
  const length = doc.getText("text").length;
  for (let typist = 0; typist < TYPISTS; typist += 1) {
    const { pen } = await enrolled(note, ledger);
    const own = new Y.Doc();
    Y.applyUpdateV2(own, Y.encodeStateAsUpdateV2(doc));
    own.clientID = 5000 + typist;
    let update: Uint8Array = new Uint8Array();
    own.on("update", (bytes: Uint8Array) => (update = bytes));
    const line: Arriving[] = [];
    const at = Math.floor((length * typist) / TYPISTS);
    for (let key = 0; key < KEYS_EACH; key += 1) {
      own.getText("text").insert(at + key, "k");
      line.push({ envelope: (await pen.text(update)).envelope, update });
    }
    lines.push(line);
    own.destroy();
  }
  for (let key = 0; key < KEYS_EACH; key += 1) for (const line of lines) arriving.push(...line.slice(key, key + 1));
  const batches: Arriving[][] = [];
  for (let from = 0; from < arriving.length; from += 4) batches.push(arriving.slice(from, from + 4));
  return batches;
}

async function enrolled(note: MadeNote, ledger: Ledger): Promise<{ readonly pen: Pen }> {
  const { certificate, key } = await makeDevice(note, note.edit);
  if (certificate === null) throw new Error("no edit link");
  const { seq, chain } = ledger.head;
  const pen = new Pen(key, { docId: ledger.docId, seq, chain, control: ledger.aclFor(key.publicKey, seq) });
  admit((await pen.write("enrol", encodeEnrol([certificate]))).envelope, ledger);
  return { pen };
}

function admit(envelope: Uint8Array, ledger: Ledger): ReturnType<typeof decodeOp> {
  const op = decodeOp(envelope, sha256);
  const recvUs = Date.now() * 1000;
  const verdict = ledger.check(op, recvUs);
  if (verdict.type !== "accepted") throw new Error(`not accepted: ${JSON.stringify(verdict)}`);
  ledger.append(op, verdict.effect, recvUs);
  return op;
}

/** What a replica does with a DELIVER: signatures, then the ledger, then the text in one transaction. */
async function apply(batch: readonly Arriving[], ledger: Ledger, doc: Y.Doc): Promise<void> {
  const ops = batch.map(({ envelope }) => decodeOp(envelope, sha256));
  const faults = await Promise.all(ops.map((op) => verifyOp(op, ed25519)));
  if (faults.some((fault) => fault !== null)) throw new Error("a signature does not hold");
  doc.transact(() => {
    for (const [index, op] of ops.entries()) {
      const recvUs = Date.now() * 1000;
      const verdict = ledger.check(op, recvUs);
      if (verdict.type !== "accepted") throw new Error(`not accepted: ${JSON.stringify(verdict)}`);
      ledger.append(op, verdict.effect, recvUs);
      const update = batch[index]?.update;
      if (update !== undefined) Y.applyUpdate(doc, update);
    }
  });
}

/** µs from the key to the frame that could be sent. */
async function typeOwn(note: MadeNote, { ledger, doc }: Opened, isSigned: boolean): Promise<number> {
  const { pen } = await enrolled(note, ledger);
  const text = doc.getText("text");
  let update: Uint8Array = new Uint8Array();
  const keep = (bytes: Uint8Array): void => void (update = bytes);
  doc.on("update", keep);
  const at = Math.floor(text.length / 2);
  const startedAt = performance.now();
  let bytes = 0;
  for (let key = 0; key < OWN_KEYS; key += 1) {
    text.insert(at + key, "o");
    bytes += isSigned
      ? encodeUp({ type: "ops", envelopes: [(await pen.text(update)).envelope] }).length
      : update.length;
  }
  const us = ((performance.now() - startedAt) * 1000) / OWN_KEYS;
  doc.off("update", keep);
  if (bytes === 0) throw new Error("nothing was encoded");
  return us;
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
