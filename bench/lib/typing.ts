// What is typed and when: for every typist a row of key presses at seeded times, and the Yjs updates that carry them. Every
// contestant gets the same ones.
import * as Y from "yjs";
import { randomOf } from "./random.ts";

/** Some keys of one typist, sent together. */
export interface Edit {
  /** When the oldest key of it was pressed, in ms after the start. */
  readonly pressedMs: number;
  /** When it is sent: later where the client gathers keys first. */
  readonly sendMs: number;
  /** Its keys: this one up to and without `to`. */
  readonly from: number;
  readonly to: number;
  /** Yjs V1. */
  readonly update: Uint8Array;
}

export interface Typist {
  readonly client: number;
  readonly edits: readonly Edit[];
  readonly keys: number;
}

export interface TypingPlan {
  readonly typists: number;
  readonly keysPerSecond: number;
  readonly seconds: number;
  /** How long a client gathers keys before it sends; 0: every key at once. */
  readonly gatherMs: number;
  readonly seed: number;
}

const LETTERS = "etaoin shrdlu cmfwyp vbgkjq xz ";
const FIRST_CLIENT = 1000;

/** Key presses of people: gaps between a third and five thirds of the mean, each person starting at another moment. */
export function planTyping(plan: TypingPlan): readonly Typist[] {
  return Array.from({ length: plan.typists }, (_, index) => {
    const random = randomOf(plan.seed * 1009 + index);
    const meanMs = 1000 / plan.keysPerSecond;
    const times: number[] = [];
    for (let at = random.next() * meanMs; at < plan.seconds * 1000; at += meanMs * (1 / 3 + (random.next() * 4) / 3))
      times.push(at);
    return typistOf(FIRST_CLIENT + index, times, plan.gatherMs, random.below(LETTERS.length));
  });
}

/** Typists who send `count` keys each, one by one, whenever the measurement asks for the next. */
export function planPushing(typists: number, count: number, seed: number): readonly Typist[] {
  const times = Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: typists }, (_, index) =>
    typistOf(FIRST_CLIENT + index, times, 0, (seed + index) % LETTERS.length),
  );
}

function typistOf(client: number, times: readonly number[], gatherMs: number, shift: number): Typist {
  const doc = new Y.Doc({ gc: false });
  doc.clientID = client;
  const text = doc.getText("text");
  let update: Uint8Array = new Uint8Array();
  doc.on("update", (bytes: Uint8Array) => {
    update = bytes;
  });
  const edits: Edit[] = [];
  for (let from = 0; from < times.length;) {
    const pressedMs = times[from] ?? 0;
    const end = gatherMs === 0 ? from + 1 : times.findIndex((time, key) => key > from && time >= pressedMs + gatherMs);
    const to = end === -1 ? times.length : end;
    let letters = "";
    for (let key = from; key < to; key += 1) letters += LETTERS[(key * 7 + shift) % LETTERS.length];
    text.insert(from, letters);
    edits.push({ pressedMs, sendMs: pressedMs + gatherMs, from, to, update });
    from = to;
  }
  return { client, edits, keys: times.length };
}

/** The text that everybody must have in the end. */
export function textOf(typists: readonly Typist[]): string {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const { edits } of typists) for (const { update } of edits) Y.applyUpdate(doc, update);
  });
  return doc.getText("text").toString();
}
