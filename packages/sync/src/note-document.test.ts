import { encodeDocument, loadDocument, textOf } from "@reed/text";
import { describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { NoteDocument } from "./note-document.ts";

/** A log that was begun anew: its document has no history in common with any other. */
function anew(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, text);
  return encodeDocument(doc);
}

describe("a document that takes another one's place", () => {
  const begin = () => {
    const edits: Uint8Array[] = [];
    const note = new NoteDocument({ onEdit: (update) => edits.push(update), onChange: () => undefined });
    note.text.insert(0, "Bring cake.");
    edits.length = 0;
    return { note, edits };
  };

  it("[W93] says again what was written, and what is written before the editor has heard of it", () => {
    const { note, edits } = begin();
    const editor = note.text;
    editor.insert(editor.length, " Ana brings ");
    edits.length = 0;
    const base = anew("Bring cake.");
    const said = note.rebase(base, "Bring cake.", "Bring cake.");
    editor.insert(editor.length, "i");
    editor.insert(editor.length, "ce");
    note.text.insert(note.text.length, ".");
    expect(note.text.toString()).toBe("Bring cake. Ana brings ice.");

    const log = loadDocument(base);
    for (const update of [said ?? new Uint8Array(), ...edits]) Y.applyUpdate(log, update);
    expect(textOf(log)).toBe("Bring cake. Ana brings ice.");
    note.destroy();
  });

  it("[W93] lets go of the one that it replaced after a moment", () => {
    vi.useFakeTimers();
    const { note } = begin();
    const first = note.text;
    note.rebase(anew("Bring cake."), "Bring cake.", null);
    vi.advanceTimersByTime(1000);
    first.insert(0, "late ");
    expect(note.text.toString()).toBe("Bring cake.");
    note.destroy();
    vi.useRealTimers();
  });

  it("[W35] leaves what was given up behind, and keeps what is written before the editor has heard of it", () => {
    const { note, edits } = begin();
    const editor = note.text;
    editor.insert(editor.length, " Refused.");
    const givenUp = editor.toString();
    editor.insert(editor.length, " And");
    edits.length = 0;
    const mine = editor.toString();
    const base = anew("Bring cake.");
    note.replace({ document: base, updates: [] });
    note.repeat(givenUp, mine);
    editor.insert(editor.length, " ice.");
    expect(note.text.toString()).toBe("Bring cake. And ice.");

    const log = loadDocument(base);
    for (const update of edits) Y.applyUpdate(log, update);
    expect(textOf(log)).toBe("Bring cake. And ice.");
    note.destroy();
  });
});
