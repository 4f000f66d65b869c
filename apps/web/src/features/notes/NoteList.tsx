import type { NoteSummary } from "@reed/sync";
import { useSyncExternalStore } from "react";
import { followHere } from "../../shell/use-route.ts";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { useNow } from "../../ui/use-now.ts";
import { taskWords, whenWords } from "./note-words.ts";

/** The notes this device knows, the last opened first. */
export function NoteList({ currentNoteId }: { readonly currentNoteId: string | null }) {
  const workspace = useWorkspace();
  const notes = useSyncExternalStore(
    (listener) => workspace.subscribeNotes(listener),
    () => workspace.notes(),
  );
  if (notes.length === 0) return <p className="sidebar-hint">Notes you write or open are listed here.</p>;
  return (
    <ul aria-label="Notes" className="note-list">
      {notes.map((note) => (
        <NoteListItem key={note.noteId} note={note} isCurrent={note.noteId === currentNoteId} />
      ))}
    </ul>
  );
}

function NoteListItem({ note, isCurrent }: { readonly note: NoteSummary; readonly isCurrent: boolean }) {
  const tasks = taskWords(note);
  const nowMs = useNow();
  return (
    <li>
      <a
        className="note-link"
        href={`/n/${note.noteId}`}
        aria-current={isCurrent ? "page" : undefined}
        onClick={followHere}
      >
        <span className="note-title" dir="auto">
          {note.title === "" ? "Untitled" : note.title}
        </span>
        <span className="note-facts">
          {tasks !== null && <span className="note-tasks">{tasks}</span>}
          {tasks !== null && " · "}
          {isCurrent ? "now" : whenWords(note.openedAtMs, nowMs)}
          {note.hasUnsent && (
            <>
              {" · "}
              <span className="note-unsent">on this device</span>
            </>
          )}
        </span>
      </a>
    </li>
  );
}
