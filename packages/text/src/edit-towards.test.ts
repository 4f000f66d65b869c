import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { authorship } from "./authorship.ts";
import { applyUpdates, loadDocument, TEXT_ROOT, textOf } from "./document.ts";
import { editTowards, updatesOfText } from "./edit-towards.ts";
import { anyText, textAndEdited, writtenNote } from "./generators.test-support.ts";

const OP_BODY_BYTES = 768 * 1024;
const PIECE_UNITS = 128 * 1024;

/** A replica of what `updates` made, with a clientID of its own. */
function replicaOf(updates: readonly Uint8Array[], clientId = 99): Y.Doc {
  const doc = loadDocument(null);
  doc.clientID = clientId;
  applyUpdates(doc, updates);
  return doc;
}

function noteOf(text: string): Y.Doc {
  const doc = loadDocument(null);
  doc.clientID = 1;
  doc.getText(TEXT_ROOT).insert(0, text);
  return doc;
}

describe("editing towards a text", () => {
  it("gives the text, by one update that does the same to another replica", () => {
    const property = fc.property(writtenNote, anyText, ({ updates }, target) => {
      const doc = replicaOf(updates);
      const other = replicaOf(updates, 98);
      const wasTarget = textOf(doc) === target;
      const edits = editTowards(doc, target);
      expect(textOf(doc)).toBe(target);
      expect(edits.length).toBe(wasTarget ? 0 : 1);
      applyUpdates(other, edits);
      expect(textOf(other)).toBe(target);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("writes under the document's own client alone", () => {
    const property = fc.property(writtenNote, anyText, ({ updates }, target) => {
      const doc = replicaOf(updates);
      for (const update of editTowards(doc, target))
        for (const struct of Y.decodeUpdate(update).structs) expect(struct.id.client).toBe(99);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("keeps what others wrote in words that did not change", () => {
    const doc = noteOf("# Cabin\n\n- [ ] bread\n- [ ] colour\n");
    doc.clientID = 2;
    editTowards(doc, "# Cabin\n\n- [x] bread\n- [ ] color\n");
    expect(authorship(doc)).toEqual([
      { client: 1, units: 12 },
      { client: 2, units: 1 },
      { client: 1, units: 20 },
    ]);
  });

  it("merges with an edit of the same line elsewhere", () => {
    const doc = noteOf("the cat sat on the mat");
    const other = replicaOf([Y.encodeStateAsUpdate(doc)], 2);
    other.getText(TEXT_ROOT).insert(22, " today");
    doc.clientID = 3;
    applyUpdates(other, editTowards(doc, "the dog sat on the mat"));
    expect(textOf(other)).toBe("the dog sat on the mat today");
  });

  it("normalises the text that it is given", () => {
    const doc = noteOf("a\nb");
    expect(editTowards(doc, "a\r\nb")).toEqual([]);
    editTowards(doc, "a\rb\uD800");
    expect(textOf(doc)).toBe("a\nb\uFFFD");
  });

  it("leaves no half of a surrogate pair where emoji that share a half take each other's place", () => {
    const doc = noteOf("x😀y😀z");
    editTowards(doc, "x😁y🨀😀z");
    expect(doc.getText(TEXT_ROOT).toJSON()).toBe("x😁y🨀😀z");
  });

  it("splits what is too long for one op, never inside a pair", () => {
    const text = `a${"😀".repeat(PIECE_UNITS)}`;
    const updates = updatesOfText(text);
    expect(updates.length).toBe(2);
    expect(textOf(replicaOf(updates))).toBe(text);
    for (const update of updates) expect(update.length).toBeLessThan(OP_BODY_BYTES);
  });

  it("gives one update for the removal of a long text that one has typed", () => {
    const doc = noteOf("line after line\n".repeat(60_000));
    expect(editTowards(doc, "").length).toBe(1);
  });

  it("keeps every update below an op's size, also where each character removed is of another struct", () => {
    const doc = noteOf("");
    doc.clientID = 0xffff_ffff;
    doc.transact(() => {
      for (let at = 0; at < 100_000; at += 1) doc.getText(TEXT_ROOT).insert(0, String(at % 10));
    });
    const updates = editTowards(doc, "漢".repeat(300_000));
    expect(updates.length).toBeGreaterThan(4);
    for (const update of updates) expect(update.length).toBeLessThan(OP_BODY_BYTES);
    expect(textOf(doc)).toBe("漢".repeat(300_000));
  });

  it("edits a text of a megabyte in a few words", () => {
    const before = Array.from({ length: 25_000 }, (_, line) => `line ${line} of a note that is rather long\n`).join("");
    const after = before.replaceAll(/line (\d*7)\b/g, "row $1");
    const doc = noteOf(before);
    const updates = editTowards(doc, after);
    expect(textOf(doc)).toBe(after);
    expect(updates.length).toBe(1);
    expect(updates[0]!.length).toBeLessThan(100_000);
  });

  it("does little for a little change, whatever the text", () => {
    const property = fc.property(textAndEdited, ([before, after]) => {
      const doc = noteOf(before);
      editTowards(doc, after);
      expect(textOf(doc)).toBe(after);
    });
    fc.assert(property, { numRuns: 500 });
  });
});
