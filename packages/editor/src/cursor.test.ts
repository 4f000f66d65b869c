import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { decodePosition, encodePosition } from "./cursor.ts";

function note(content: string): Y.Text {
  const text = new Y.Doc().getText("text");
  text.insert(0, content);
  return text;
}

describe("carets on the way", () => {
  it("stay in place while text before them grows and shrinks", () => {
    const text = note("one two");
    const bytes = encodePosition(text, 4);
    text.insert(0, "zero ");
    expect(decodePosition(text, bytes)).toBe(9);
    text.delete(0, 9);
    expect(decodePosition(text, bytes)).toBe(0);
  });

  it("are nowhere until their text has arrived", () => {
    const theirs = note("");
    const ours = note("");
    theirs.insert(0, "hello");
    const bytes = encodePosition(theirs, 2);
    expect(decodePosition(ours, bytes)).toBeNull();
    Y.applyUpdate(ours.doc ?? new Y.Doc(), Y.encodeStateAsUpdate(theirs.doc ?? new Y.Doc()));
    expect(decodePosition(ours, bytes)).toBe(2);
  });

  it("add no root to the document, whatever they name", () => {
    const text = note("hello");
    const elsewhere = text.doc?.getText("other") ?? text;
    const bytes = encodePosition(elsewhere, 0);
    const fresh = note("hello");
    expect(decodePosition(fresh, bytes)).toBeNull();
    expect([...(fresh.doc?.share.keys() ?? [])]).toEqual(["text"]);
  });

  it("survive any bytes", () => {
    const text = note("hello");
    for (let seed = 1; seed < 400; seed += 1) {
      const bytes = Uint8Array.from({ length: seed % 23 }, (_, at) => (seed * 31 + at * at * 17 + (seed >> 3)) & 0xff);
      const place = decodePosition(text, bytes);
      expect(place === null || (place >= 0 && place <= 5)).toBe(true);
    }
    expect([...(text.doc?.share.keys() ?? [])]).toEqual(["text"]);
  });
});
