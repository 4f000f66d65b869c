// (i) What a browser pays that only watches: the app as it is built, in Chromium, at a note that fifty people write at 5 keys/s with
// their carets moving. CPU is that of single threads as the kernel counts it, so a busy machine makes it slower, not larger.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeEnrol } from "@reed/log";
import { decodeDown, encodeUp } from "@reed/protocol";
import { toBase64Url } from "@reed/bytes";
import * as Y from "yjs";
import { CHROMIUM_FLAGS, findBrowser } from "../../e2e/harness/browser.ts";
import { buildApp } from "../../scripts/app.ts";
import { inTurns } from "../lib/driver.ts";
import { attempt, type Part, type PartContext } from "../lib/part.ts";
import { randomOf } from "../lib/random.ts";
import type { RawSocket } from "../lib/raw-socket.ts";
import { LogReader, type MadeNote, makeDevice, makeNote, openSocket, Pen, until } from "../lib/reed-client.ts";
import { ROOT, startServer } from "../lib/servers.ts";

const TYPISTS = 50;
const KEYS_PER_SECOND = 5;
/** What the app waits for more keys when others are there. */
const GATHER_MS = 120;
const WARM_UP_SECONDS = 5;
const DELIVER = 0x44;
const LETTERS = "the reed bends in the wind and so it does not break ";

/** Pages that this file serves come from no address, and such pages may not speak to this machine by default. */
const WATCHING_FLAGS: readonly string[] = [...CHROMIUM_FLAGS, "--disable-features=LocalNetworkAccessChecks"];

export const watching: Part = {
  letter: "i",
  title: `A browser that watches ${TYPISTS} people type`,
  rows: [
    {
      key: "main",
      title: "CPU of its main thread",
      unit: "cores",
      better: "less",
      promises: [{ over: "one", limit: 0.25 }],
    },
    { key: "verifier", title: "CPU of its Worker", unit: "cores", better: "less" },
    { key: "renderer", title: "CPU of its process, drawing included", unit: "cores", better: "less" },
    { key: "behind", title: "last acknowledgement to all text shown", unit: "ms", better: "less" },
  ],
  async run(context) {
    await attempt(context, "a browser that watches", () => watch(context));
  },
};

async function watch(context: PartContext): Promise<void> {
  const browserAt = findBrowser();
  if (browserAt === null) return context.say("no Chromium: skipped");
  buildApp();
  const server = await startServer("reed");
  const browser = await chromium.launch({
    args: [...WATCHING_FLAGS],
    ...(browserAt.type === "at" ? { executablePath: browserAt.path } : {}),
  });
  try {
    const watched = await watchTyping(server.url, browser, path.join(ROOT, "apps/web/dist"), {
      seconds: context.isQuick ? 10 : 20,
      seed: context.run,
    });
    context.record("main", "reed", watched.mainCores);
    context.record("verifier", "reed", watched.workerCores);
    context.record("renderer", "reed", watched.rendererCores);
    context.record("behind", "reed", watched.behindMs);
    context.say(`main ${watched.mainCores.toFixed(3)}, worker ${watched.workerCores.toFixed(3)} cores`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

interface Watched {
  readonly mainCores: number;
  readonly workerCores: number;
  readonly rendererCores: number;
  /** From the last acknowledgement to the moment when the page shows all. */
  readonly behindMs: number;
}

/** Fifty people write into a note of the server at `url`, and a page of the app in `dist` watches. Throws where it shows anything else. */
async function watchTyping(
  url: string,
  browser: Browser,
  dist: string,
  { seconds, seed }: { readonly seconds: number; readonly seed: number },
): Promise<Watched> {
  const note = await makeNote(url);
  const { people, close } = await seatPeople(note, seconds, seed);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await openApp(await context.newPage(), dist, note);
    await page
      .locator(".cm-line")
      .nth(TYPISTS / 2)
      .waitFor();
    const renderers = await renderersOf(browser);
    const schedule = people
      .flatMap((person) => person.edits.map((edit) => ({ person, edit })))
      .toSorted((a, b) => a.edit.sendMs - b.edit.sendMs);
    let before: readonly Threads[] = [];
    let beforeMs = 0;
    const startMs = performance.now();
    for (const { person, edit } of schedule) {
      const waitMs = startMs + edit.sendMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      if (before.length === 0 && edit.sendMs >= WARM_UP_SECONDS * 1000) {
        before = renderers.map(threadsOf);
        beforeMs = performance.now();
      }
      await person.send(edit.update);
      person.socket.send(edit.presence);
    }
    await until("all answers", () => people.every(({ acked, edits }) => acked() > edits.length));
    const ackedMs = performance.now();
    const after = renderers.map(threadsOf);
    for (const { socket } of people) socket.close();
    close();
    await shows(page, finalLines(people));
    const behindMs = performance.now() - ackedMs;
    const spanNs = (ackedMs - beforeMs) * 1e6;
    // The browser keeps a renderer in reserve, which does nothing.
    const cores = (kind: keyof Threads): number =>
      Math.max(...after.map((threads, index) => (threads[kind] - (before[index]?.[kind] ?? 0)) / spanNs));
    return {
      mainCores: cores("main"),
      workerCores: cores("worker"),
      rendererCores: cores("all"),
      behindMs,
    };
  } finally {
    await context.close();
  }
}

// The people

interface Edit {
  readonly sendMs: number;
  readonly update: Uint8Array;
  readonly presence: Uint8Array;
}

interface Person {
  readonly socket: RawSocket;
  /** Signs it on what has been read by now: a server that folds its log refuses what knows only what was long ago. */
  readonly send: (update: Uint8Array) => Promise<void>;
  readonly edits: readonly Edit[];
  /** How many ops the server has answered, the enrolment included. */
  readonly acked: () => number;
  /** All that this person wrote. */
  readonly updates: readonly Uint8Array[];
}

interface Seated {
  readonly people: readonly Person[];
  /** Nobody signs any more. */
  readonly close: () => void;
}

/** Everybody has a line of their own to write in, and an op that says so. */
async function seatPeople(note: MadeNote, seconds: number, seed: number): Promise<Seated> {
  const reader = new LogReader();
  const clerk = await openSocket(
    note,
    note.view,
    await makeDevice(note, note.view),
    (frame) => reader.take(frame),
    () => undefined,
  );
  const read = (what: string, holds: () => boolean): Promise<void> =>
    until(what, () => {
      reader.read();
      return holds();
    });
  await read("the log", () => reader.headSeq > 0 && reader.seq >= reader.headSeq);
  const seats = await inTurns(Array.from({ length: TYPISTS }), 10, async () => {
    const device = await makeDevice(note, note.edit);
    let acked = 0;
    const onFrame = (frame: Buffer): void => {
      const answer = frame[0] === DELIVER ? null : decodeDown(frame);
      if (answer?.type === "ack") acked += answer.ops.length;
      if (answer?.type === "nack") throw new Error(`an op was refused: ${answer.code}`);
    };
    const socket = await openSocket(note, note.edit, device, onFrame, () => undefined);
    if (device.certificate === null) throw new Error("a typist without a certificate");
    const pen = new Pen(device.key, reader);
    const enrol = await pen.write("enrol", encodeEnrol([device.certificate]));
    return { socket, pen, enrol, acked: () => acked };
  });
  const founding = reader.seq;
  for (const { socket, enrol } of seats) socket.send(encodeUp({ type: "ops", envelopes: [enrol.envelope] }));
  await read("all enrolments", () => reader.seq === founding + TYPISTS);
  const base = new Y.Doc();
  base.clientID = 1;
  base.getText("text").insert(0, Array.from({ length: TYPISTS }, (_, index) => `Person ${index + 1}: \n`).join(""));
  const [first] = seats;
  if (first === undefined) throw new Error("nobody came");
  const baseUpdate = Y.encodeStateAsUpdate(base);
  const opening = await first.pen.text(baseUpdate);
  first.socket.send(encodeUp({ type: "ops", envelopes: [opening.envelope] }));
  await read("the lines", () => reader.seq === founding + TYPISTS + 1);
  const people = seats.map(({ socket, pen, acked }, index): Person => {
    const written = write(baseUpdate, index, seconds, seed);
    return {
      socket,
      async send(update) {
        reader.read();
        pen.see({ seq: reader.seq, chain: reader.chain });
        const { envelope } = await pen.text(update);
        socket.send(encodeUp({ type: "ops", envelopes: [envelope] }));
      },
      edits: written.map(({ sendMs, update, caret }) => ({ sendMs, update, presence: shown(index, caret) })),
      updates: [baseUpdate, ...written.map(({ update }) => update)],
      acked,
    };
  });
  return { people, close: () => clerk.close() };
}

/** Gaps between a third and five thirds of the mean; keys that follow within GATHER_MS go along. */
function write(
  base: Uint8Array,
  index: number,
  seconds: number,
  seed: number,
): readonly { readonly sendMs: number; readonly update: Uint8Array; readonly caret: Uint8Array }[] {
  const random = randomOf(seed * 1009 + index);
  const doc = new Y.Doc();
  doc.clientID = 1000 + index;
  Y.applyUpdate(doc, base);
  const text = doc.getText("text");
  let at = text
    .toString()
    .split("\n")
    .slice(0, index + 1)
    .join("\n").length;
  let update = new Uint8Array();
  doc.on("update", (bytes: Uint8Array) => {
    update = bytes.slice();
  });
  const meanMs = 1000 / KEYS_PER_SECOND;
  const endMs = (WARM_UP_SECONDS + seconds) * 1000;
  const nextMs = (): number => meanMs * (1 / 3 + (random.next() * 4) / 3);
  const edits: { readonly sendMs: number; readonly update: Uint8Array; readonly caret: Uint8Array }[] = [];
  for (let pressedMs = random.next() * meanMs, key = 0; pressedMs < endMs;) {
    const sendMs = pressedMs + GATHER_MS;
    let letters = "";
    for (; pressedMs < sendMs; pressedMs += nextMs()) letters += LETTERS[key++ % LETTERS.length];
    text.insert(at, letters);
    at += letters.length;
    const caret = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, at, -1));
    edits.push({ sendMs, update, caret });
  }
  return edits;
}

function shown(index: number, caret: Uint8Array): Uint8Array {
  const at = toBase64Url(caret);
  const color = `#${(0x10_10_10 + index * 0x04_03_05).toString(16)}`;
  const payload = new TextEncoder().encode(JSON.stringify({ n: `Person ${index}`, c: color, a: at, h: at }));
  return encodeUp({ type: "set_presence", payload });
}

function finalLines(people: readonly Person[]): readonly string[] {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const { updates } of people) for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc.getText("text").toString().split("\n");
}

// The page

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** The bench's server has no pages: they come from `dist`, under the policy that a deployment sends with them. */
async function openApp(page: Page, dist: string, { serverUrl, noteId, edit }: MadeNote): Promise<Page> {
  const policy =
    /^ {2}Content-Security-Policy: (.*)$/m.exec(readFileSync(path.join(dist, "_headers"), "utf8"))?.[1] ?? "";
  await page.route(
    ({ origin, pathname }) => origin === serverUrl && !pathname.startsWith("/api/"),
    async (route) => {
      const file = path.join(dist, new URL(route.request().url()).pathname);
      const found = statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : path.join(dist, "index.html");
      await route.fulfill({
        body: readFileSync(found),
        headers: {
          "Content-Type": TYPES[path.extname(found)] ?? "application/octet-stream",
          "Content-Security-Policy": policy,
        },
      });
    },
  );
  await page.goto(`${serverUrl}/n/${noteId}/${edit.linkId}#${toBase64Url(edit.secret ?? new Uint8Array())}`);
  return page;
}

/** Resolves when all the lines that the editor has drawn are those of `lines`; throws where they are not within 20 s. */
async function shows(page: Page, lines: readonly string[]): Promise<void> {
  const known = new Set(lines);
  let drawn: readonly string[] = [];
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; await sleep(20)) {
    drawn = await page.locator(".cm-content").evaluate((content) => {
      const copy = content.cloneNode(true) as Element;
      for (const caret of copy.querySelectorAll(".reed-caret, .cm-widgetBuffer")) caret.remove();
      return [...copy.querySelectorAll(".cm-line")].map((line) => line.textContent ?? "");
    });
    if (drawn.length > 5 && drawn.every((line) => known.has(line))) return;
  }
  throw new Error(`the page shows what nobody wrote: ${JSON.stringify(drawn.find((line) => !known.has(line)))}`);
}

// Threads

interface Threads {
  readonly main: number;
  readonly worker: number;
  readonly all: number;
}

async function renderersOf(browser: Browser): Promise<readonly number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

/** ns on a processor so far. Linux only: elsewhere NaN. */
function threadsOf(pid: number): Threads {
  const sum = { main: 0, worker: 0, all: 0 };
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      const ns = Number(readFileSync(`${folder}/schedstat`, "utf8").split(" ")[0]);
      sum.all += ns;
      if (Number(thread) === pid) sum.main += ns;
      if (readFileSync(`${folder}/comm`, "utf8").startsWith("DedicatedWorker")) sum.worker += ns;
    }
    return sum;
  } catch {
    return { main: Number.NaN, worker: Number.NaN, all: Number.NaN };
  }
}
