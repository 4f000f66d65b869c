// Which notes there are: for operators, who must be able to back up, migrate and inspect every object, and for nobody's request.
// Owns every statement on the table (docs/decisions/0015).
import { type NoteId, parseNoteId } from "@reed/log";
import * as v from "valibot";

const rowSchema = v.object({ note_id: v.string() });

/** To be awaited before the note is founded. */
export async function listNote(db: D1Database, noteId: NoteId, nowMs: number): Promise<void> {
  await db.prepare("INSERT OR IGNORE INTO notes (note_id, created) VALUES (?, ?)").bind(noteId, nowMs).run();
}

/** Notes after `after`, in the order of their ids. */
export async function notesAfter(db: D1Database, after: string, limit: number): Promise<readonly NoteId[]> {
  const { results } = await db
    .prepare("SELECT note_id FROM notes WHERE note_id > ? ORDER BY note_id LIMIT ?")
    .bind(after, limit)
    .all();
  return results.flatMap((row) => parseNoteId(v.parse(rowSchema, row).note_id) ?? []);
}

/** Users after `after`, in the order of their ids, whatever became of them: each may have a library. */
export async function usersAfter(db: D1Database, after: string, limit: number): Promise<readonly string[]> {
  const { results } = await db
    .prepare("SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ?")
    .bind(after, limit)
    .all();
  return results.map((row) => v.parse(v.object({ id: v.string() }), row).id);
}
