// What of a provider's update the note does not hold yet. Providers repeat themselves: sync step 2 carries the whole delete set,
// and what was sent just before a socket broke comes again after. Only news may become an op. Whether the news is valid is the
// ledger's to say.
import { equalBytes } from "@reed/bytes";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Clocks from `start` up to and without `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

type Deletes = ReadonlyMap<number, readonly Range[]>;

/** The news in `update` (Yjs V1) for `doc`, as an update; null where there is none, "malformed" where it can't be read. Total. */
export function freshPart(update: Uint8Array, doc: Y.Doc): Uint8Array | null | "malformed" {
  try {
    const cut = Y.diffUpdate(update, Y.encodeStateVector(doc));
    const { structs, ds } = Y.decodeUpdate(cut);
    const deletes = new Map([...ds.clients].map(([client, items]) => [client, items.map(rangeOf)]));
    const lacking = lackingDeletes(deletes, doc);
    if (structs.length === 0 && lacking.size === 0) return null;
    return replaceDeletes(cut, deletes, lacking);
  } catch {
    // Yjs throws whatever comes of reading on: range errors, type errors, errors of lib0.
    return "malformed";
  }
}

/** Several updates as one; "malformed" where one of them can't be read. Total. */
export function joinUpdates(updates: readonly Uint8Array[]): Uint8Array | "malformed" {
  const [only] = updates;
  if (only !== undefined && updates.length === 1) return only;
  try {
    return Y.mergeUpdates([...updates]);
  } catch {
    return "malformed";
  }
}

function lackingDeletes(deletes: Deletes, doc: Y.Doc): Deletes {
  const lacking = new Map<number, readonly Range[]>();
  for (const [client, ranges] of deletes) {
    const left = notDeletedIn(doc.store.clients.get(client) ?? [], joinRanges(ranges));
    if (left.length > 0) lacking.set(client, left);
  }
  return lacking;
}

/** The parts of `ranges` that are not deleted in `structs`, which are gapless from clock 0. What lies beyond them stays. */
function notDeletedIn(structs: (Y.Item | Y.GC)[], ranges: readonly Range[]): readonly Range[] {
  const last = structs.at(-1);
  const known = last === undefined ? 0 : last.id.clock + last.length;
  const left: Range[] = [];
  for (const { start, end } of ranges) {
    let clock = start;
    let index = clock < known ? Y.findIndexSS(structs, clock) : structs.length;
    for (; clock < end && index < structs.length; index += 1) {
      const struct = structs[index];
      if (struct === undefined) break;
      const next = Math.min(end, struct.id.clock + struct.length);
      if (!struct.deleted) left.push({ start: clock, end: next });
      clock = next;
    }
    if (clock < end) left.push({ start: clock, end });
  }
  return joinRanges(left);
}

/** In order, and none touching another. */
function joinRanges(ranges: readonly Range[]): readonly Range[] {
  const joined: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const before = joined.at(-1);
    if (before === undefined || range.start > before.end) joined.push(range);
    else joined[joined.length - 1] = { start: before.start, end: Math.max(before.end, range.end) };
  }
  return joined;
}

/** `update` with other deletes. It ends in its delete set, which Yjs writes in one way only. */
function replaceDeletes(update: Uint8Array, deletes: Deletes, by: Deletes): Uint8Array | "malformed" {
  const written = encodeDeletes(deletes);
  const end = update.length - written.length;
  if (!equalBytes(update.subarray(end), written)) return "malformed";
  const encoder = encoding.createEncoder();
  encoding.writeUint8Array(encoder, update.subarray(0, end));
  encoding.writeUint8Array(encoder, encodeDeletes(by));
  return encoding.toUint8Array(encoder);
}

function encodeDeletes(deletes: Deletes): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, deletes.size);
  for (const [client, ranges] of [...deletes].toSorted(([a], [b]) => b - a)) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { start, end } of ranges) {
      encoding.writeVarUint(encoder, start);
      encoding.writeVarUint(encoder, end - start);
    }
  }
  return encoding.toUint8Array(encoder);
}

function rangeOf({ clock, len }: { readonly clock: number; readonly len: number }): Range {
  return { start: clock, end: clock + len };
}
