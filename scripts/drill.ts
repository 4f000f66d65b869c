// The loss drill: three people write, the server is killed with SIGKILL in mid-sentence, and after the restart everything that
// anybody was told is "Saved" must be there, for somebody who was not there before.
//   npm run drill -- [--rounds 20] [--port n, a free one by default] [--seed 1]
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { NoteReference, OpenNote } from "@reed/sync";
import { MemoryStore, openHeadlessDevice } from "@reed/sync/headless";
import { startServer } from "./server.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    port: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
const WRITERS = 3;
const SETTLE_MS = 60_000;

let state = Number(values.seed) >>> 0;
/** Mulberry32: the drill's own chance, so that a failing run can be told by its seed. */
function chance(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

interface Writer {
  readonly name: string;
  readonly store: MemoryStore;
  reference: NoteReference;
  note: OpenNote;
  words: number;
  /** How many of its words this writer was last told are saved. */
  promised: number;
}

async function openWriter(writer: Omit<Writer, "note">, url: string): Promise<OpenNote> {
  const device = await openHeadlessDevice(url, writer.store);
  return device.open(writer.reference);
}

function until(note: OpenNote, what: string, fact: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`not within ${SETTLE_MS} ms: ${what}; state ${note.status().save}, ${note.status().problem}`));
    }, SETTLE_MS);
    const check = (): void => {
      if (!fact()) return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = note.subscribe(check);
    check();
  });
}

function referenceOf(url: string): NoteReference {
  const { pathname, hash } = new URL(url);
  const [, , noteId = "", linkId = ""] = pathname.split("/");
  return { noteId, linkId, secret: hash === "" ? null : hash.slice(1) };
}

const word = (writer: Pick<Writer, "name">, number: number): string => `${writer.name}${number};`;

/** Writes until told to stop, and notes after every word what the interface promises. */
async function write(writer: Writer, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    writer.words += 1;
    const { text } = writer.note;
    text.insert(text.length, word(writer, writer.words));
    if (chance() < 0.3) writer.note.flush();
    await sleep(5 + chance() * 40);
  }
}

function assertHas(text: string, writers: readonly Writer[], count: (writer: Writer) => number, who: string): void {
  for (const writer of writers) {
    for (let number = 1; number <= count(writer); number += 1) {
      if (!text.includes(word(writer, number)))
        throw new Error(`${who} lacks ${word(writer, number)}, which ${writer.name} was told is saved`);
    }
  }
}

/** A port that nobody listens on. The drill keeps it: the server that comes back must be where the dead one was. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "localhost", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

const stateDir = mkdtempSync(path.join(tmpdir(), "reed-drill-"));
const port = Number(values.port) || (await freePort());
let server = await startServer({ port, stateDir });
const ownerStore = new MemoryStore();
const owner = await openHeadlessDevice(server.url, ownerStore);
const own = await owner.createNote();
const first = owner.open(own);
await until(first, "the note is on the server", () => first.status().save === "Saved");
const editUrl = (await owner.createLink(own.noteId, "editor")).url;
const viewUrl = (await owner.createLink(own.noteId, "viewer")).url;
first.close();

const writers: Writer[] = [];
for (const [index, name] of ["ana", "mo", "sam"].slice(0, WRITERS).entries()) {
  const base = {
    name,
    store: index === 0 ? ownerStore : new MemoryStore(),
    reference: index === 0 ? own : referenceOf(editUrl),
    words: 0,
    promised: 0,
  };
  writers.push({ ...base, note: await openWriter(base, server.url) });
}

const rounds = Number(values.rounds);
for (let round = 1; round <= rounds; round += 1) {
  let isOver = false;
  for (const writer of writers) {
    writer.note.subscribe(() => {
      if (!isOver && writer.note.status().save === "Saved") writer.promised = writer.words;
    });
  }
  const writing = writers.map((writer) => write(writer, () => isOver));
  await sleep(600 + chance() * 1800);
  await server.kill("SIGKILL");
  isOver = true;
  await Promise.all(writing);
  for (const writer of writers) writer.note.close();

  server = await startServer({ port, stateDir });
  const stranger = (await openHeadlessDevice(server.url)).open(referenceOf(viewUrl));
  await until(
    stranger,
    "a stranger reads the note",
    () => stranger.status().save === "Read only" && stranger.status().isLoaded,
  );
  await sleep(200);
  assertHas(stranger.text.toString(), writers, ({ promised }) => promised, "a stranger after the restart");

  for (const writer of writers) writer.note = await openWriter(writer, server.url);
  for (const { note } of writers) await until(note, "everything is saved again", () => note.status().save === "Saved");
  const wanted = writers.reduce(
    (total, writer) =>
      total + Array.from({ length: writer.words }, (_, index) => word(writer, index + 1)).join("").length,
    0,
  );
  for (const note of [...writers.map((writer) => writer.note), stranger]) {
    await until(note, "everybody has every word", () => note.text.length === wanted);
  }
  const texts = new Set([...writers.map(({ note }) => note.text.toString()), stranger.text.toString()]);
  if (texts.size !== 1) throw new Error(`${texts.size} different texts after round ${round}`);
  assertHas([...texts][0] ?? "", writers, ({ words }) => words, "the note");
  for (const writer of writers) writer.promised = writer.words;
  stranger.close();
  console.log(
    `round ${round} of ${rounds}: ${writers.map(({ name, words }) => `${name} ${words}`).join(", ")} words, nothing lost`,
  );
}
for (const { note } of writers) note.close();
await server.stop();
rmSync(stateDir, { recursive: true, force: true });
console.log(`${rounds} kills, nothing lost`);
process.exit(0);
