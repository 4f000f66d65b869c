import { expect, it } from "vitest";
import type { NoteReference, OpenNote } from "./open-note.ts";
import { PreparedNote } from "./prepared-note.ts";

const ONE: NoteReference = { noteId: "one", linkId: null, secret: null };

function notes() {
  const opened: string[] = [];
  const closed: string[] = [];
  const prepared = new PreparedNote(({ noteId, linkId }) => {
    const name = `${noteId} ${linkId} ${opened.length}`;
    opened.push(name);
    return { noteId: name, close: () => void closed.push(name) } as Partial<OpenNote> as OpenNote;
  });
  return { prepared, opened, closed };
}

it("gives away what was prepared once, and opens whatever else is asked for", () => {
  const { prepared, opened } = notes();
  prepared.prepare(ONE);
  prepared.prepare(ONE);
  const byLink = { ...ONE, linkId: "link" };
  const taken = [byLink, ONE, ONE].map((reference) => prepared.take(reference).noteId);
  expect(taken).toEqual(["one link 1", "one null 0", "one null 2"]);
  expect(opened).toHaveLength(3);
});

it("closes what nobody took when another is prepared", () => {
  const { prepared, closed } = notes();
  prepared.prepare(ONE);
  prepared.prepare({ ...ONE, noteId: "two" });
  expect(closed).toEqual(["one null 0"]);
  prepared.take({ ...ONE, noteId: "two" });
  prepared.prepare(ONE);
  expect(closed).toEqual(["one null 0"]);
});
