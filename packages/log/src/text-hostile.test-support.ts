// The other side of text-world: honest updates bent into hostile ones, and the oracle for what the rule lets through. Yjs
// itself is the judge: an accepted update, applied to exactly the log, must do what its effect says and nothing else.
import { concatBytes, equalBytes } from "@reed/bytes";
import * as Y from "yjs";
import { forge } from "./text-forge.test-support.ts";
import type { Random } from "./text-random.test-support.ts";
import {
  applyTextUpdate,
  checkTextUpdate,
  emptyTextState,
  type TextState,
  type TextUpdateEffect,
} from "./text-update.ts";
import type { LogEntry } from "./text-world.test-support.ts";

const TELLING_BYTES: readonly number[] = [
  0, 1, 2, 4, 5, 10, 13, 0x20, 0x40, 0x44, 0x7f, 0x80, 0x81, 0x84, 0xc4, 0xed, 0xff,
];

/** `update` with one to three small changes; `other` lends material. */
export function bend(update: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bent = update;
  for (let changes = 1 + random.below(3); changes > 0; changes -= 1) bent = bendOnce(bent, other, random);
  return bent;
}

function bendOnce(update: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(update.length + 1);
  const old = update[at] ?? 0;
  const replaced = (byte: number) => concatBytes(update.subarray(0, at), Uint8Array.of(byte), update.subarray(at + 1));
  switch (random.below(10)) {
    case 0:
      return replaced(old ^ (1 << random.below(8)));
    case 1:
      return replaced(random.pick(TELLING_BYTES));
    case 2:
      return replaced(random.below(256));
    case 3:
      return concatBytes(update.subarray(0, at), update.subarray(at + 1));
    case 4:
      return concatBytes(update.subarray(0, at), Uint8Array.of(random.pick(TELLING_BYTES)), update.subarray(at));
    case 5:
      return update.slice(0, at);
    case 6: {
      const from = random.below(other.length + 1);
      return concatBytes(update.subarray(0, at), other.subarray(from, from + random.below(8)), update.subarray(at));
    }
    default:
      return replaced((old + (random.chance(0.5) ? 1 : 255)) & 0xff);
  }
}

/** A document that holds exactly `log`. */
export function documentOf(log: readonly LogEntry[]): Y.Doc {
  const doc = new Y.Doc();
  for (const entry of log) Y.applyUpdate(doc, entry.update);
  return doc;
}

/** How many updates the rule refused, and how many it accepted and Yjs found sound. */
export interface Tally {
  readonly refused: number;
  readonly sound: number;
}

/**
 * Judges what `variants` makes of each op of `log`, at its place in the log and in its author's name; throws where Yjs finds an
 * accepted one unsound.
 */
export function judgeVariants(log: readonly LogEntry[], variants: (entry: LogEntry) => Iterable<Uint8Array>): Tally {
  const tally = { refused: 0, sound: 0 };
  const state = emptyTextState();
  const base = new Y.Doc();
  for (const entry of log) {
    for (const bytes of variants(entry)) tally[judge(bytes, entry.claimant, state, base)] += 1;
    const verdict = checkTextUpdate(entry.update, entry.claimant, state);
    if (!verdict.ok) throw new Error(`an honest op was refused: ${verdict.fault}: ${entry.update.join()}`);
    applyTextUpdate(state, entry.claimant, verdict.effect);
    Y.applyUpdate(base, entry.update);
  }
  return tally;
}

/** Forges `count` updates, one on top of the other; throws where the rule and Yjs don't agree on what would stay pending. */
export function judgeForgeries(random: Random, clients: readonly number[], count: number): Tally {
  const tally = { refused: 0, sound: 0 };
  const state = emptyTextState();
  const base = new Y.Doc();
  for (let turn = 0; turn < count; turn += 1) {
    const bytes = forge(random, clients, state.vector);
    const verdict = checkTextUpdate(bytes, "ana", state);
    if (!verdict.ok && verdict.fault !== "pending_origin" && verdict.fault !== "delete_ahead") continue;
    tally[judge(bytes, "ana", state, base)] += 1;
    if (yjsTakesWhole(bytes, base) !== verdict.ok)
      throw new Error(`Yjs does not agree that ${JSON.stringify(verdict)}: ${bytes.join()}`);
    if (!verdict.ok) continue;
    applyTextUpdate(state, "ana", verdict.effect);
    Y.applyUpdate(base, bytes);
  }
  return tally;
}

/** `base` holds exactly the log that `state` describes. */
function judge(update: Uint8Array, claimant: string, state: TextState, base: Y.Doc): keyof Tally {
  const verdict = checkTextUpdate(update, claimant, state);
  if (!verdict.ok) return "refused";
  const problem = problemOf(update, claimant, state, base, verdict.effect);
  if (problem !== null) throw new Error(`${problem}: ${update.join()}`);
  return "sound";
}

function problemOf(
  update: Uint8Array,
  claimant: string,
  state: TextState,
  base: Y.Doc,
  effect: TextUpdateEffect,
): string | null {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(base));
  const unitsBefore = doc.getText("text").length;
  const before = stateVector(doc);
  if (!equalMaps(before, state.vector)) return "the state does not describe the document";
  try {
    Y.applyUpdate(doc, update);
  } catch (error) {
    return `Yjs throws: ${String(error)}`;
  }
  if (doc.store.pendingStructs !== null) return "structs are pending";
  if (doc.store.pendingDs !== null) return "deletes are pending";
  if (!equalMaps(stateVector(doc), new Map([...before, ...effect.clocks])))
    return "the state vector is not as the effect says";
  for (const client of effect.clocks.keys()) {
    if ((state.claims.get(client) ?? claimant) !== claimant) return "another's clientID was extended";
  }
  const text = doc.getText("text");
  if ([...doc.share.keys()].join() !== "text") return "another root exists";
  if (Object.keys(text.getAttributes()).length > 0) return "the text has attributes";
  if (!Y.decodeUpdate(Y.encodeStateAsUpdate(doc)).structs.every(isPlain)) return "the note holds more than text";
  const content = text.toJSON();
  if (content.length !== text.length) return "something in the text is not a character";
  if (content.includes("\r") || !content.isWellFormed()) return "the text has a carriage return or half a character";
  if (content.length > unitsBefore + effect.insertsUnits || content.length < unitsBefore - effect.deletesUnits)
    return "the units are not as the effect says";
  // Yjs reads and writes the update struct by struct: the same bytes, or they were not as Yjs writes them.
  if (!equalBytes(Y.diffUpdate(update, Uint8Array.of(0)), update)) return "the bytes are not as Yjs writes them";
  return null;
}

/** Whether Yjs integrates all of `update` at once on top of `base`. */
function yjsTakesWhole(update: Uint8Array, base: Y.Doc): boolean {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(base));
  try {
    Y.applyUpdate(doc, update);
  } catch {
    return false;
  }
  return doc.store.pendingStructs === null && doc.store.pendingDs === null;
}

function isPlain(struct: Y.Item | Y.GC | Y.Skip): boolean {
  if (struct instanceof Y.GC) return true;
  if (!(struct instanceof Y.Item) || struct.parentSub !== null) return false;
  return struct.content instanceof Y.ContentString || struct.content instanceof Y.ContentDeleted;
}

function stateVector(doc: Y.Doc): Map<number, number> {
  return Y.decodeStateVector(Y.encodeStateVector(doc));
}

function equalMaps(left: ReadonlyMap<number, number>, right: ReadonlyMap<number, number>): boolean {
  return left.size === right.size && [...left].every(([key, value]) => right.get(key) === value);
}
