// The loss drill: people write, the server is killed with SIGKILL while snapshots are made and rows dropped, and after the restart
// everything that anybody was told is "Saved" must be there: for somebody who was not there before, for the device of somebody
// who was away for a while, and in the snapshot that the server gives out. Kills are aimed: most fall on the moment at which the
// object has appointed itself to fold or to drop.
//   npm run drill -- [--rounds 20] [--port n, a free one by default] [--seed 1]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ed25519, sha256 } from "@reed/crypto";
import { decodeSnapshot, parseNoteId, verifySnapshot } from "@reed/log";
import type { NoteReference } from "@reed/sync";
import { openHeadlessDevice } from "@reed/sync/headless";
import {
  allWords,
  assertHolds,
  assertSound,
  holdsWithin,
  join,
  leave,
  newPerson,
  type Person,
  say,
  until,
} from "./drill-people.ts";
import { appointmentsIn, bringForward, countNote, noteFile } from "./note-files.ts";
import { freePort } from "./operator/free-port.ts";
import { type Server, startServer } from "./server.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    port: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
const rounds = Number(values.rounds);
/** A longer text is deleted, so that long drills stay below the size of a note, and deleted text is folded too. */
const WIPE_CHARS = 40_000;
/** The newest appointment to fold comes within this time of the first words. */
const AIM_WITHIN_MS = 6000;
/** How far a kill may fall behind the moment at which it is aimed: as long as folding takes. */
const SPREAD_MS = 160;
const COMPACTED_WITHIN_MS = 90_000;
const WRITE_ON_MS = 5000;

let state = Number(values.seed) >>> 0;
/** Mulberry32: the drill's own chance, so that a failing run can be told by its seed. */
function chance(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

function referenceOf(url: string): NoteReference {
  const { pathname, hash } = new URL(url);
  const [, , noteId = "", linkId = ""] = pathname.split("/");
  return { noteId, linkId, secret: hash === "" ? null : hash.slice(1) };
}

/** Writes in bursts until told to stop, and notes whenever the interface says that all is saved: for that most bursts wait. */
async function write(person: Person, isOver: () => boolean): Promise<void> {
  const { note } = person;
  if (note === null) throw new Error(`${person.name} is not there`);
  note.subscribe(() => {
    if (!isOver() && note.status().save === "Saved") person.promised = person.words;
  });
  while (!isOver()) {
    for (let left = 6 + chance() * 12; left > 0 && !isOver(); left -= 1) {
      say(person);
      note.flush();
      await sleep(3 + chance() * 6);
    }
    const patienceMs = chance() < 0.7 ? 600 : chance() * 60;
    for (const untilMs = Date.now() + patienceMs; !isOver() && Date.now() < untilMs && person.promised < person.words;)
      await sleep(5);
  }
}

const stateDir = mkdtempSync(path.join(tmpdir(), "reed-drill-"));
// The drill keeps it: the server that comes back must be where the dead one was.
const port = Number(values.port) || (await freePort());
const start = (): Promise<Server> => startServer({ port, stateDir });

let server = await start();
const founder = newPerson("ana", { noteId: "", linkId: null, secret: null });
const owner = await openHeadlessDevice(server.url, founder.store);
const own = await owner.createNote();
const noteId = parseNoteId(own.noteId);
if (noteId === null) throw new Error("no note was made");
const ana = newPerson("ana", own, founder.store);
const first = await join(ana, server.url);
await until(first, "the note is on the server", () => first.status().save === "Saved");
const edit = referenceOf((await owner.createLink(noteId, "editor")).url);
const view = referenceOf((await owner.createLink(noteId, "viewer")).url);
leave(ana);
const writers = [ana, newPerson("mo", edit), newPerson("sam", edit), newPerson("kim", edit)];
/** Is away most of the time, with words that it has not sent. */
const zoe = newPerson("zoe", edit);
const people = [...writers, zoe];
const file = noteFile(stateDir, noteId);

async function get(route: string): Promise<Response> {
  return fetch(`${server.url}/api/notes/${noteId}/${route}`, {
    headers: { Authorization: `Reed-Link ${view.linkId}` },
  });
}

/** Position of the snapshot that the server gives out, all of its proofs checked; 0 where it has none. */
async function checkSnapshot(): Promise<number> {
  const response = await get("snapshot");
  if (response.status === 404) return 0;
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || noteId === null) throw new Error(`GET …/snapshot answers ${response.status}`);
  const { manifest } = await verifySnapshot(decodeSnapshot(bytes), noteId, { sha256, verifier: ed25519 });
  const { seq, chain } = manifest.at;
  const answer: unknown = await (await get(`chain?seq=${seq}`)).json();
  const known = typeof answer === "object" && answer !== null && "chain" in answer ? answer.chain : null;
  if (known !== Buffer.from(chain).toString("base64url"))
    throw new Error(`the log has another chain at ${seq} than its snapshot: ${JSON.stringify(answer)}`);
  return seq;
}

/** Waits for the moment of the kill. Returns what the object had appointed for it. */
async function aim(): Promise<"fold" | "drop" | "any"> {
  if (chance() < 0.2) {
    await sleep(600 + chance() * 1800);
    return "any";
  }
  const untilMs = Date.now() + AIM_WITHIN_MS;
  for (;;) {
    const due = appointmentsIn(file);
    const [dropMs, foldMs] = [due.get("compact"), due.get("snapshot")];
    const target = dropMs !== undefined && dropMs < untilMs ? dropMs : foldMs;
    if (target !== undefined && target < Date.now() + 100) {
      await sleep(Math.max(0, target - 10 + chance() * SPREAD_MS - Date.now()));
      return target === dropMs ? "drop" : "fold";
    }
    if (Date.now() > untilMs) return "any";
    await sleep(20);
  }
}

let folded = 0;
let dropped = 0;
let returned = 0;
const aimed = { fold: 0, drop: 0, any: 0 };
let snapshotSeq = 0;
let firstSeq = 1;
let zoeReturns = 1;
/** From a kill until people write again, the last time. */
let recoveryMs = 10_000;
let killedAtMs: number | null = null;

/** What the disk says after a kill. */
function look(): string {
  const counts = countNote(file);
  const newest = counts.snapshotSeqs[0] ?? 0;
  if (newest < snapshotSeq || counts.firstSeq < firstSeq) throw new Error("a snapshot or a drop was undone");
  if (counts.rows !== counts.lastSeq - counts.firstSeq + 1) throw new Error("the log has a gap");
  if (newest > snapshotSeq) folded += 1;
  dropped += counts.firstSeq - firstSeq;
  [snapshotSeq, firstSeq] = [newest, counts.firstSeq];
  return `rows ${counts.firstSeq} to ${counts.lastSeq}, snapshot ${newest}, packs ${counts.packs}`;
}

/** Everybody has everything, and nothing else. */
async function settle(present: readonly Person[]): Promise<void> {
  const wanted = allWords(present.includes(zoe) ? people : people.filter((person) => person !== zoe));
  const known = present.includes(zoe) ? 0 : allWords([{ ...zoe, words: zoe.promised }]).join("").length;
  const length = wanted.join("").length + known;
  for (const { name, note } of present) {
    if (note === null) throw new Error(`${name} is not there`);
    await until(note, `all of ${name} is saved`, () => ["Saved", "Read only"].includes(note.status().save));
    await until(note, `${name} has every word`, () => note.text.length === length);
  }
  const texts = new Set(present.map(({ note }) => note?.text.toString() ?? ""));
  if (texts.size !== 1) throw new Error(`${texts.size} different texts`);
  for (const person of people) if (person !== zoe || present.includes(zoe)) person.promised = person.words;
  assertHolds([...texts][0] ?? "", people, "the note");
  for (const person of present) await assertSound(person);
}

for (const person of people) await join(person, server.url);
for (let round = 1; round <= rounds; round += 1) {
  if (killedAtMs !== null) recoveryMs = Date.now() - killedAtMs;
  let isOver = false;
  const writing = writers.map((person) => write(person, () => isOver));
  const target = await aim();
  await server.kill("SIGKILL");
  isOver = true;
  killedAtMs = Date.now();
  aimed[target] += 1;
  await Promise.all(writing);
  if (zoe.note !== null) {
    for (let left = 3; left > 0; left -= 1) say(zoe);
    await sleep(50);
    zoeReturns = round + Math.floor(chance() * Math.min(6, rounds - 1));
  }
  for (const person of people) leave(person);
  const told = writers.map(({ name, words, promised }) => `${name} ${promised} of ${words}`).join(", ");
  const disk = look();
  // Rows rest for half a minute before they are dropped. Here some of that passes while the server is down, so that they are
  // dropped while people write.
  if (round % 3 !== 0) bringForward(file, "compact", killedAtMs + recoveryMs + 500 + chance() * 2500);

  server = await start();
  if (chance() < 0.1) {
    await sleep(chance() * 200);
    await server.kill("SIGKILL");
    look();
    server = await start();
  }
  const seq = await checkSnapshot();
  if (seq < snapshotSeq) throw new Error(`the server gives out snapshot ${seq} and had ${snapshotSeq}`);
  const stranger = newPerson("stranger", view);
  const reading = await join(stranger, server.url);
  await until(reading, "a stranger reads the note", () => {
    const { save, isLoaded } = reading.status();
    return save === "Read only" && isLoaded;
  });
  // The snapshot shows first and the log's tail follows. Nobody else is there, so whatever comes, comes from the server's disk.
  await holdsWithin(reading, people, "a stranger after the restart");
  const isBack = zoeReturns <= round;
  const present = isBack ? people : writers;
  if (isBack) returned += 1;
  for (const person of present) await join(person, server.url);
  await settle([...present, stranger]);
  leave(stranger);

  const { note } = ana;
  if (note !== null && note.text.length > WIPE_CHARS) {
    note.text.delete(0, note.text.length);
    for (const person of people) person.wiped = person.promised;
    note.flush();
    await settle(present);
  }
  const back = isBack ? "; zoe is back" : "";
  console.log(`round ${round} of ${rounds} (${target}): ${told}; ${disk}${back}; nothing lost`);
}

for (const person of people) leave(person);
// A short drill, or one on a slow machine, may end before anything was old enough to be dropped: only rows that the snapshot before
// the newest covers are, and those by whole packs.
for (const giveUpMs = Date.now() + COMPACTED_WITHIN_MS; dropped === 0 && Date.now() < giveUpMs;) {
  await server.stop();
  look();
  if (dropped > 0) break;
  bringForward(file, "compact", Date.now());
  server = await start();
  for (const person of writers) await join(person, server.url);
  let isOver = false;
  const writing = writers.map((person) => write(person, () => isOver));
  await sleep(WRITE_ON_MS);
  isOver = true;
  await Promise.all(writing);
  await settle(writers);
  for (const person of writers) leave(person);
}
await server.stop();
console.log(look());
rmSync(stateDir, { recursive: true, force: true });
console.log(
  `aimed at folding ${aimed.fold}, at dropping ${aimed.drop}, at nothing ${aimed.any}; new snapshots seen ${folded}, rows dropped ${dropped}, zoe came back ${returned} times`,
);
if (folded === 0 || dropped === 0)
  throw new Error("nothing was folded or nothing dropped: the drill has proven nothing");
console.log(`${rounds} kills, nothing lost`);
process.exit(0);
