// What operators ask of a whole library, note by note: to take its user out of every note, and to make it anew from them.
import type { NoteId } from "@reed/log";
import { parseNoteId } from "@reed/log";
import type { Sql } from "@reed/room";
import type { NoteCallsByLibrary, NoteEvent } from "./events.ts";
import { knownNotes, type UserLibrary } from "./user-library.ts";

type NoteOf = (noteId: NoteId) => NoteCallsByLibrary;

const PURGED_AT_ONCE = 50;
const ASKED_AT_ONCE = 10;

/** Takes the user out of some notes; true when there is none left. */
export async function purgeSome(library: UserLibrary, userId: string, sql: Sql, note: NoteOf): Promise<boolean> {
  const { table } = library.notes;
  const some = table.after(0, PURGED_AT_ONCE);
  for (const { noteId } of some) {
    const id = parseNoteId(noteId);
    if (id === null) continue;
    await note(id).removePerson(userId, "purged");
    const version = (table.state(id)?.version ?? 0) + 1;
    sql.transaction(() => void library.notes.take({ noteId: id, version, entry: null, text: null }, Date.now()));
  }
  return table.after(0, 1).length === 0;
}

/** Asks every note that is known of by any way; returns how many answered. One that does not keeps what was known of it. */
export async function rebuildAll(library: UserLibrary, userId: string, sql: Sql, note: NoteOf): Promise<number> {
  const ids = knownNotes(library);
  sql.transaction(() => library.notes.clearIndex());
  let answered = 0;
  for (let index = 0; index < ids.length; index += ASKED_AT_ONCE) {
    const some = ids.slice(index, index + ASKED_AT_ONCE);
    const events = await Promise.all(some.map((id) => eventOf(id, userId, note)));
    sql.transaction(() => {
      for (const [at, event] of events.entries()) {
        const id = some[at];
        if (id === undefined) continue;
        if (event === "unreached") library.notes.reindex(id);
        else library.notes.take(event, Date.now(), true);
      }
    });
    answered += events.filter((event) => event !== "unreached").length;
  }
  library.feed.push();
  return answered;
}

async function eventOf(noteId: NoteId, userId: string, note: NoteOf): Promise<NoteEvent | "unreached"> {
  try {
    return (await note(noteId).eventFor(userId)) ?? { noteId, version: 0, entry: null, text: null };
  } catch {
    return "unreached";
  }
}
