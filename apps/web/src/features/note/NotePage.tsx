import type { NoteReference, OpenNote } from "@reed/sync";
import { type ReactNode, useEffect } from "react";
import { EmptySheet } from "../../shell/EmptySheet.tsx";
import { useAnnouncedJoins } from "./announced-joins.ts";
import { Drafts } from "./Drafts.tsx";
import { EditorPane } from "./EditorPane.tsx";
import { NoteHeader } from "./NoteHeader.tsx";
import { canWrite, lostBy, noticesFor } from "./notices.ts";
import { Notices } from "./Notices.tsx";
import { PreviewPane } from "./PreviewPane.tsx";
import { ServerText } from "./ServerText.tsx";
import { useNoteStatus, useOpenNote } from "./use-open-note.ts";

export function NotePage({ reference }: { readonly reference: NoteReference }) {
  const note = useOpenNote(reference);
  return note === null ? (
    <Sheet>
      <div className="note-column note-early">
        <ServerText noteId={reference.noteId} />
      </div>
    </Sheet>
  ) : (
    <OpenNotePage note={note} reference={reference} />
  );
}

function OpenNotePage({ note, reference }: { readonly note: OpenNote; readonly reference: NoteReference }) {
  const status = useNoteStatus(note);
  useAnnouncedJoins(status.people);
  useEffect(() => {
    document.title = `${status.title === "" ? "New note" : status.title} · Reed`;
  }, [status.title]);

  const lost = lostBy(status);
  if (lost !== null) return <EmptySheet title={lost.sentence} text={lost.todo} hasHomeLink />;
  return (
    <Sheet>
      <NoteHeader note={note} status={status} reference={reference} />
      <div className="note-column">
        <Notices
          notices={noticesFor(status)}
          text={() => note.text.toString()}
          onContinue={() => note.confirmRestore()}
        />
        <Drafts drafts={status.drafts} onDismiss={(id) => note.dismissDraft(id)} />
        {status.isLoaded ? (
          <EditorPane key={note.text.doc?.guid} note={note} isReadOnly={!canWrite(status)} cursors={status.cursors} />
        ) : status.preview === null ? (
          <Opening noteId={note.noteId} isOffline={status.save === "Offline"} />
        ) : (
          <PreviewPane text={status.preview} />
        )}
      </div>
    </Sheet>
  );
}

function Opening({ noteId, isOffline }: { readonly noteId: string; readonly isOffline: boolean }) {
  return (
    <>
      <ServerText noteId={noteId} />
      {isOffline && (
        <p className="hint">
          You’re offline, and this device doesn’t have the note yet. It opens as soon as you’re back.
        </p>
      )}
    </>
  );
}

function Sheet({ children }: { readonly children: ReactNode }) {
  return <main className="sheet">{children}</main>;
}
