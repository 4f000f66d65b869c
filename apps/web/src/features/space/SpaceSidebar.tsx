import type { SpaceView } from "@reed/api";
import type { Problem } from "../../problems.ts";
import { followHere } from "../../shell/use-route.ts";
import { useLocalNotes } from "../../shell/workspace-context.ts";
import { Sprout } from "../../ui/icons.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useNow } from "../../ui/use-now.ts";
import { ChannelPeople } from "./ChannelPeople.tsx";
import { Invite } from "./Invite.tsx";
import { useSpace } from "./space-context.ts";
import { noteFacts, titleWords } from "./space-words.ts";

/** The desk inside Discord: the channel's notes, and who is here. On phones it is the home page. */
export function SpaceSidebar(props: {
  readonly currentNoteId: string | null;
  /** Of the note on the sheet, as it is typed; null while it is not known. */
  readonly currentTitle: string | null;
  readonly onNewNote: () => void;
  readonly problem: Problem | null;
}) {
  const { view, problem } = useSpace();
  return (
    <nav className="sidebar" aria-label="This channel">
      <header className="sidebar-head">
        <a className="brand" href="/" onClick={followHere}>
          <Sprout className="brand-sprout" />
          Reed
        </a>
      </header>
      <div className="sidebar-notes">
        {view === null ? (
          problem !== null && <ProblemText problem={problem} />
        ) : (
          <ChannelNotes view={view} currentNoteId={props.currentNoteId} currentTitle={props.currentTitle} />
        )}
      </div>
      {view !== null && (
        <ChannelPeople view={view} currentNoteId={props.currentNoteId} currentTitle={props.currentTitle} />
      )}
      <ProblemText problem={props.problem} />
      <Invite />
      <button type="button" className="new-note" onClick={props.onNewNote}>
        New note
      </button>
    </nav>
  );
}

function ChannelNotes(props: {
  readonly view: SpaceView;
  readonly currentNoteId: string | null;
  readonly currentTitle: string | null;
}) {
  const { view, currentNoteId, currentTitle } = props;
  const nowMs = useNow();
  // The server learns a title a moment after the device does.
  const local = new Map(useLocalNotes().map(({ noteId, title }) => [noteId, title] as const));
  if (view.notes.length === 0) {
    return <p className="sidebar-hint">No notes in this channel yet. Start one: everybody here can write in it.</p>;
  }
  return (
    <ul aria-label="Notes in this channel" className="note-list">
      {view.notes.map((note) => {
        const isCurrent = note.id === currentNoteId;
        return (
          <li key={note.id} className="note-row">
            <a
              className="note-link"
              href={`/n/${note.id}`}
              aria-current={isCurrent ? "page" : undefined}
              onClick={followHere}
            >
              <span className="note-title" dir="auto">
                {titleWords((isCurrent ? currentTitle : null) ?? (note.title || (local.get(note.id) ?? "")))}
              </span>
              <span className="note-facts">
                <span className="note-words">{noteFacts(note, view.people, nowMs)}</span>
              </span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
