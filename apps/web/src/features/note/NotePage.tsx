import { can } from "@reed/access";
import type { NoteReference, OpenNote } from "@reed/sync";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from "react";
import { AskForAccess } from "../access/AskForAccess.tsx";
import { RequestList } from "../access/RequestList.tsx";
import { useAccessRequests } from "../access/use-access-requests.ts";
import { useHost } from "../../host/host.ts";
import { EmptySheet } from "../../shell/EmptySheet.tsx";
import { later } from "../../shell/later.ts";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { useAnnouncedJoins } from "./announced-joins.ts";
import { Drafts } from "./Drafts.tsx";
import { EditorPane } from "./EditorPane.tsx";
import { NoteHeader } from "./NoteHeader.tsx";
import { canAsk, canWrite, lostBy, noticesFor } from "./notices.ts";
import { Notices } from "./Notices.tsx";
import { PreviewPane } from "./PreviewPane.tsx";
import { ServerText } from "./ServerText.tsx";
import { TrashNotice } from "./TrashNotice.tsx";
import { useNoteStatus, useOpenNote, useSettings } from "./use-open-note.ts";

const HistoryDialog = lazy(async () => ({ default: (await later.history()).HistoryDialog }));

export function NotePage({ reference }: { readonly reference: NoteReference }) {
  const [opening, setOpening] = useState(1);
  const openAgain = useCallback(() => setOpening((before) => before + 1), []);
  return <NoteSheet key={opening} reference={reference} onLetIn={openAgain} />;
}

interface SheetProps {
  readonly reference: NoteReference;
  /** What could not be opened can be now. */
  readonly onLetIn: () => void;
}

function NoteSheet({ reference, onLetIn }: SheetProps) {
  const note = useOpenNote(reference);
  return note === null ? (
    <Sheet>
      <div className="note-column note-early">
        <ServerText noteId={reference.noteId} />
      </div>
    </Sheet>
  ) : (
    <OpenNotePage note={note} reference={reference} onLetIn={onLetIn} />
  );
}

function OpenNotePage({ note, reference, onLetIn }: SheetProps & { readonly note: OpenNote }) {
  const status = useNoteStatus(note);
  const settings = useSettings(note);
  const workspace = useWorkspace();
  const [isFounded, setIsFounded] = useState(false);
  if (!isFounded && status.save === "Saved") setIsFounded(true);
  const requests = useAccessRequests(note.noteId, isFounded && status.role === "owner");
  const [isLookingBack, setIsLookingBack] = useState(false);
  useAnnouncedJoins(status.people);
  const host = useHost();
  useEffect(() => {
    host.noteShown?.(note);
    return () => host.noteShown?.(null);
  }, [host, note]);
  useEffect(() => {
    document.title = `${status.title === "" ? "New note" : status.title} · Reed`;
  }, [status.title]);
  useEffect(() => {
    if (status.isLoaded) workspace.shelf().markOpened(note.noteId);
  }, [workspace, note, status.isLoaded]);

  const isLocked = settings.locked === true && status.role === "editor";
  const isTaken = status.save === "Access removed";
  useEffect(() => {
    if (isTaken) workspace.checkSession();
  }, [workspace, isTaken]);

  const lost = lostBy(status);
  if (lost !== null) {
    return (
      <EmptySheet title={lost.sentence} text={lost.todo} hasHomeLink>
        {canAsk(status) && <AskForAccess noteId={note.noteId} onLetIn={onLetIn} />}
      </EmptySheet>
    );
  }
  return (
    <Sheet color={settings.color}>
      <NoteHeader
        note={note}
        status={status}
        reference={reference}
        requests={requests}
        isLookingBack={isLookingBack}
        onLookBack={can(status.role, "see_history") ? () => setIsLookingBack(!isLookingBack) : null}
      />
      <div className="note-column">
        {status.isLoaded && <TrashNotice noteId={note.noteId} />}
        <RequestList requests={requests} />
        <Notices
          notices={noticesFor(status, isLocked)}
          text={() => note.text.toString()}
          onContinue={() => note.confirmRestore()}
        />
        {canAsk(status) && <AskForAccess noteId={note.noteId} onLetIn={onLetIn} />}
        <Drafts drafts={status.drafts} onDismiss={(id) => note.dismissDraft(id)} />
        {status.isLoaded ? (
          <EditorPane
            key={note.text.doc?.guid}
            note={note}
            isReadOnly={isLocked || !canWrite(status)}
            cursors={status.cursors}
          />
        ) : status.preview === null ? (
          <Opening noteId={note.noteId} isOffline={status.save === "Offline"} />
        ) : (
          <PreviewPane text={status.preview} />
        )}
      </div>
      {isLookingBack && (
        <Suspense fallback={null}>
          <HistoryDialog note={note} onClose={() => setIsLookingBack(false)} />
        </Suspense>
      )}
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

function Sheet({ color, children }: { readonly color?: string | null | undefined; readonly children: ReactNode }) {
  return (
    <main className="sheet" data-color={color ?? undefined}>
      {children}
    </main>
  );
}
