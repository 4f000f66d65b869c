// People with the real client, as the app uses it but without a screen: each has written before, and types in a new note of their
// own, alone or watched by somebody, the caret moving along. Started by parts/cost.ts.
import process from "node:process";
import { openHeadlessDevice } from "@reed/sync/headless";
import type { OpenNote } from "@reed/sync";
import * as Y from "yjs";
import { randomOf } from "../lib/random.ts";
import { prose } from "../lib/prose.ts";
import { until } from "../lib/reed-client.ts";
import { planTyping } from "../lib/typing.ts";
import type { PeopleOrder, PeopleResult } from "./job.ts";

const { written, coming } = prose();
const order = JSON.parse(process.argv[2] ?? "") as PeopleOrder;

async function sitDown(): Promise<readonly OpenNote[]> {
  const owner = await openHeadlessDevice(order.url);
  const earlier = owner.open(await owner.createNote());
  earlier.text.insert(0, written);
  earlier.flush();
  const last = written.slice(-60);
  await until("the library has the earlier note", async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const found = await owner.call((api) => api.listNotes({ q: last })).catch(() => null);
    return (found?.items.length ?? 0) > 0;
  });
  earlier.close();
  const reference = await owner.createNote();
  const note = owner.open(reference);
  note.text.insert(0, "# Notes\n\n");
  note.flush();
  await until("the first save", () => note.status().save === "Saved");
  if (!order.hasCompany) return [note];
  const { pathname, hash } = new URL((await owner.createLink(reference.noteId, "editor")).url);
  const [, , noteId = "", linkId = ""] = pathname.split("/");
  const friend = await openHeadlessDevice(order.url);
  const other = friend.open({ noteId, linkId, secret: hash.slice(1) });
  await until("company", () => other.text.length === note.text.length && note.status().people.length === 2);
  return [note, other];
}

function showCaret(note: OpenNote): void {
  const caret = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(note.text, note.text.length));
  note.setCursor({ anchor: caret, head: caret });
}

const seats: (readonly OpenNote[])[] = [];
for (let index = 0; index < order.notes; index += 1) seats.push(await sitDown());
const plans = planTyping({
  typists: order.notes,
  keysPerSecond: 5,
  seconds: order.seconds,
  gatherMs: 0,
  seed: order.seed,
});
await say("seated");
const random = randomOf(order.seed);
const begins = plans.map(() => random.below(coming.length));
const presses = plans
  .flatMap(({ edits }, seat) =>
    edits.map(({ pressedMs }, key) => ({
      seat,
      pressedMs,
      letter: coming[((begins[seat] ?? 0) + key) % coming.length],
    })),
  )
  .toSorted((a, b) => a.pressedMs - b.pressedMs);
const startedAt = performance.now();
for (const { seat, pressedMs, letter } of presses) {
  const waitMs = startedAt + pressedMs - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  const note = seats[seat]?.[0];
  if (note === undefined) continue;
  note.text.insert(note.text.length, letter ?? " ");
  showCaret(note);
}
const isSaved = (note: OpenNote): boolean => note.status().save === "Saved";
let fault: string | null = null;
try {
  await until("all saved", () => seats.flat().every(isSaved));
  await until("the same text at both", () =>
    seats.every(([first, second]) => second === undefined || second.text.toString() === first?.text.toString()),
  );
} catch (error) {
  fault = String(error);
}
// The server makes its own things of the last edits: a projection, perhaps a snapshot.
await new Promise((resolve) => setTimeout(resolve, 4000));
await say("done");
const result: PeopleResult = { fault, keys: presses.length, seconds: order.seconds };
process.stdout.write(`${JSON.stringify(result)}\n`);
for (const note of seats.flat()) note.close();
setTimeout(() => process.exit(0), 500);

/** The parent counts what the server did up to here, and then says so. */
async function say(what: string): Promise<void> {
  process.stdout.write(`@${what}\n`);
  await new Promise((resolve) => process.stdin.once("data", resolve));
}
