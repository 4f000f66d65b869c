import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { freshPart, joinUpdates } from "./fresh-part.ts";

/** One edit: at a place between 0 and 1, so many units deleted, this text inserted. */
type Edit = readonly [place: number, deleted: number, inserted: string];

const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(4), fc.string({ maxLength: 4 })), {
  maxLength: 12,
});

function edit(doc: Y.Doc, changes: readonly Edit[]): void {
  const text = doc.getText("text");
  for (const [place, deleted, inserted] of changes) {
    const at = Math.floor(place * text.length);
    text.delete(at, Math.min(deleted, text.length - at));
    text.insert(at, inserted.toWellFormed().replaceAll("\r", ""));
  }
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

function deletesIn(update: Uint8Array): number {
  return [...Y.decodeUpdate(update).ds.clients.values()].flat().reduce((sum, { len }) => sum + len, 0);
}

describe("the news in an update", () => {
  it("[Y7] is all that the note lacks and nothing that it has, however much comes again", () => {
    fc.assert(
      fc.property(edits, edits, edits, edits, (before, here, there, elsewhere) => {
        const note = new Y.Doc();
        edit(note, before);
        const [one, two] = [copyOf(note), copyOf(note)];
        edit(note, here);
        edit(one, there);
        edit(two, elsewhere);
        Y.applyUpdate(one, Y.encodeStateAsUpdate(two));
        const whole = Y.encodeStateAsUpdate(one);
        const fresh = freshPart(whole, note);
        const expected = copyOf(note);
        Y.applyUpdate(expected, whole);
        if (fresh === "malformed") throw new Error("an honest update was not read");
        if (fresh !== null) {
          const known = Y.encodeStateVector(note);
          expect(deletesIn(fresh)).toBeLessThanOrEqual(deletesIn(whole));
          expect(Y.diffUpdate(fresh, known)).toEqual(fresh);
          Y.applyUpdate(note, fresh);
        }
        expect(note.getText("text").toString()).toBe(expected.getText("text").toString());
        expect(freshPart(whole, note)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it("[Y7] holds no delete that the note has made already, and every one that it has not", () => {
    const note = new Y.Doc();
    note.getText("text").insert(0, "abcdefghij");
    const other = copyOf(note);
    note.getText("text").delete(2, 3);
    other.getText("text").delete(1, 6);
    const fresh = freshPart(Y.encodeStateAsUpdate(other), note);
    if (fresh === null || fresh === "malformed") throw new Error("no news");
    expect(deletesIn(fresh)).toBe(3);
  });

  it("[Y10] of bytes that are no update is called malformed, and nothing is thrown", () => {
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "abc");
    const honest = Y.encodeStateAsUpdate(doc);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(honest.length - 1), (bytes, at) => {
        const spoilt = honest.slice();
        spoilt[at] = bytes[0] ?? 0;
        for (const update of [bytes, spoilt]) {
          freshPart(update, doc);
          joinUpdates([honest, update]);
        }
      }),
      { numRuns: 2000 },
    );
    expect(freshPart(Uint8Array.of(9, 9, 9), doc)).toBe("malformed");
    expect(joinUpdates([honest, Uint8Array.of(9, 9, 9)])).toBe("malformed");
  });
});
