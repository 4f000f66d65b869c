import type { NoteReference, OpenNote } from "@reed/sync";
import { type ReactNode, useEffect } from "react";
import { problemFor } from "../../problems.ts";
import { EmptySheet } from "../../shell/EmptySheet.tsx";
import { useAnnouncedJoins } from "./announced-joins.ts";
import { Drafts } from "./Drafts.tsx";
import { EditorPane } from "./EditorPane.tsx";
import { NoteHeader } from "./NoteHeader.tsx";
import { canWrite, noticesFor } from "./notices.ts";
import { Notices } from "./Notices.tsx";
import { ServerText } from "./ServerText.tsx";
import { useNoteStatus, useOpenNote } from "./use-open-note.ts";

export function NotePage({ reference }: { readonly reference: NoteReference }) {
  const note = useOpenNote(reference);
  return note === null ? (
    <Sheet>
      <ServerText />
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

  if (!status.isLoaded && status.save === "Access removed") {
    return <EmptySheet title="Access removed" text="You can’t open this note any more. Ask its owner for a new link." hasHomeLink />;
  }
  if (!status.isLoaded && status.problem !== null) {
    const { sentence, todo } = problemFor(status.problem);
    return <EmptySheet title={sentence} text={todo} hasHomeLink />;
  }
  return (
    <Sheet>
      <NoteHeader note={note} status={status} reference={reference} />
      <div className="note-column">
        <Notices notices={status.isLoaded ? noticesFor(status) : []} text={() => note.text.toString()} />
        <Drafts drafts={status.drafts} onDismiss={(id) => note.dismissDraft(id)} />
        {status.isLoaded ? <EditorPane note={note} isReadOnly={!canWrite(status)} cursors={status.cursors} /> : <Opening isOffline={status.save === "Offline"} />}
      </div>
    </Sheet>
  );
}

function Opening({ isOffline }: { readonly isOffline: boolean }) {
  return (
    <>
      <ServerText />
      {isOffline && <p className="hint">You’re offline, and this device doesn’t have the note yet. It opens as soon as you’re back.</p>}
    </>
  );
}

function Sheet({ children }: { readonly children: ReactNode }) {
  return <main className="sheet">{children}</main>;
}
