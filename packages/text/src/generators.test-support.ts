// Texts and documents as people make them: many scripts, pairs of surrogates, words that come again, and groups who write one note
// at once. Everything follows from the values that fast-check draws.
import fc from "fast-check";
import * as Y from "yjs";
import { TEXT_ROOT } from "./document.ts";

const words = fc.constantFrom(
  "a",
  "b",
  "word",
  "two words",
  " ",
  ", ",
  "\n",
  "\n\n",
  "- [ ] task\n",
  "é",
  "é",
  "한글",
  "漢字",
  "שלום",
  "😀",
  "😁",
  "👩‍👩‍👧",
  "𝒳y",
  "\uFFFD",
);

/** Normalised text of a few words, of which many come twice. */
export const anyText = fc.oneof(
  fc.array(words, { maxLength: 30 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\r", "")),
);

/** A text and one made of it by a few edits. */
export const textAndEdited = fc
  .tuple(anyText, fc.array(fc.tuple(fc.nat(), fc.nat(12), words), { maxLength: 4 }))
  .map(([text, edits]): [string, string] => [
    text,
    edits.reduce((edited, [place, length, word]) => {
      const points = [...edited];
      points.splice(place % (points.length + 1), length, word);
      return points.join("");
    }, text),
  ]);

export interface WrittenNote {
  /** One of each edit, those of one client in the order of its clocks. */
  readonly updates: readonly Uint8Array[];
}

/** What one of three people does next: edits their copy, or gets what the others have done so far. */
const action = fc.record({
  who: fc.nat(2),
  kind: fc.constantFrom("insert", "insert", "delete", "undo", "redo", "receive"),
  place: fc.nat(),
  length: fc.integer({ min: 1, max: 6 }),
  word: words,
});

/** A note that three people write at once, each seeing the others' edits late, with undo. */
export const writtenNote = fc.array(action, { minLength: 1, maxLength: 40 }).map((actions): WrittenNote => {
  const updates: Uint8Array[] = [];
  const people = [11, 7, 4_000_000_000].map((clientId) => {
    const doc = new Y.Doc();
    doc.clientID = clientId;
    const root = doc.getText(TEXT_ROOT);
    const undo = new Y.UndoManager(root, { captureTimeout: 0 });
    doc.on("update", (update: Uint8Array, _origin: unknown, _doc: Y.Doc, { local }: Y.Transaction) => {
      if (local) updates.push(update);
    });
    return { doc, root, undo, received: 0 };
  });
  for (const { who, kind, place, length, word } of actions) {
    const person = people[who]!;
    const { doc, root, undo } = person;
    const at = place % (root.length + 1);
    if (kind === "insert") root.insert(at, word);
    else if (kind === "delete") root.delete(at, Math.min(length, root.length - at));
    else if (kind === "undo") undo.undo();
    else if (kind === "redo") undo.redo();
    else {
      for (const update of updates.slice(person.received)) Y.applyUpdate(doc, update, "remote");
      person.received = updates.length;
    }
  }
  return { updates };
});
