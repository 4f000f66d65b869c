// A text that comes in whole, made into edits of a document. Each update must fit one op, whose body holds 768 KiB; what an update
// can take at most is added up before Yjs writes it, so none has to be taken back.
import * as Y from "yjs";
import { TEXT_ROOT, textOf } from "./document.ts";
import { type Edit, editsBetween, isInsidePair } from "./edits.ts";
import { normaliseText } from "./normalise.ts";
import { visibleItems } from "./visible-items.ts";

const UPDATE_BYTES = 512 * 1024;
/** Longer insertions are split. A unit takes at most three bytes in UTF-8. */
const PIECE_UNITS = 128 * 1024;
/** The most that a struct takes beside its text: two origins or a parent, a length, its client's header. */
const STRUCT_BYTES = 48;
/** A deleted item is at most one range in the delete set, under a header of its own if each is of another client. */
const RANGE_BYTES = 20;
const PIECE_RANGES = 16 * 1024;

interface Step {
  readonly at: number;
  readonly removedUnits: number;
  readonly added: string;
  /** The most that this step adds to an update. */
  readonly bytes: number;
}

/**
 * Brings the text of `doc` to `target`, normalised, by a minimal edit under the document's own clientID, in one transaction and
 * one V1 update; in several only where one would not fit an op. Empty if the text is that already. Not to be called inside a
 * transaction.
 */
export function editTowards(doc: Y.Doc, target: string): readonly Uint8Array[] {
  const root = doc.getText(TEXT_ROOT);
  const starts = startsOfItems(doc);
  const steps = editsBetween(textOf(doc), normaliseText(target)).flatMap((edit) => stepsOf(edit, starts));
  const updates: Uint8Array[] = [];
  const keep = (update: Uint8Array): number => updates.push(update);
  doc.on("update", keep);
  let shift = 0;
  for (const batch of batchesOf(steps)) {
    doc.transact(() => {
      for (const { at, removedUnits, added } of batch) {
        root.delete(at + shift, removedUnits);
        root.insert(at + shift, added);
        shift += added.length - removedUnits;
      }
    });
  }
  doc.off("update", keep);
  return updates;
}

/** `text`, normalised, as V1 updates of a client that nobody knows yet. */
export function updatesOfText(text: string): readonly Uint8Array[] {
  const doc = new Y.Doc();
  const updates = editTowards(doc, text);
  doc.destroy();
  return updates;
}

/** Where the visible items begin, in units, ascending. */
function startsOfItems(doc: Y.Doc): readonly number[] {
  let at = 0;
  return visibleItems(doc).map(({ length }) => {
    const start = at;
    at += length;
    return start;
  });
}

/** Steps that do `edit` one after the other; places are those of the text before any of them. */
function stepsOf({ at, removed, added }: Edit, starts: readonly number[]): readonly Step[] {
  const end = at + removed.length;
  const steps: Step[] = [];
  let next = firstAbove(starts, at);
  for (let from = at; from < end;) {
    const to = Math.min(end, starts[next + PIECE_RANGES - 1] ?? end);
    const after = firstAbove(starts, to - 1);
    steps.push({ at: from, removedUnits: to - from, added: "", bytes: (after - next + 1) * RANGE_BYTES });
    next = firstAbove(starts, to);
    from = to;
  }
  for (const piece of piecesOf(added))
    steps.push({ at: end, removedUnits: 0, added: piece, bytes: piece.length * 3 + STRUCT_BYTES });
  return steps;
}

/** Index of the first of the ascending `numbers` that is above `limit`; their count if none is. */
function firstAbove(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? Infinity) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Runs of at most PIECE_UNITS, none cut inside a surrogate pair. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + PIECE_UNITS;
    const cut = isInsidePair(text, end) ? end - 1 : end;
    pieces.push(text.slice(start, cut));
    start = cut;
  }
  return pieces;
}

/** As many steps together as surely fit one update. */
function batchesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const batches: Step[][] = [];
  let room = 0;
  for (const step of steps) {
    if (step.bytes > room) {
      batches.push([]);
      room = UPDATE_BYTES;
    }
    batches.at(-1)?.push(step);
    room -= step.bytes;
  }
  return batches;
}
