import type { NoteReference, NoteStatus, OpenNote } from "@reed/sync";
import { lazy, Suspense, useState } from "react";
import type { AccessRequests } from "../access/use-access-requests.ts";
import { later } from "../../shell/later.ts";
import { followHere } from "../../shell/use-route.ts";
import { HistoryIcon } from "../../ui/icons.tsx";
import { PeopleHere } from "./PeopleHere.tsx";
import { SaveStatus } from "./SaveStatus.tsx";

const ShareDialog = lazy(async () => ({ default: (await later.share()).ShareDialog }));

interface NoteHeaderProps {
  readonly note: OpenNote;
  readonly status: NoteStatus;
  readonly reference: NoteReference;
  readonly requests: AccessRequests;
  readonly isLookingBack: boolean;
  /** Null for who may not. */
  readonly onLookBack: (() => void) | null;
}

/** The top of the sheet: whether it is saved, who is here, what was before, and sharing. */
export function NoteHeader({ note, status, reference, requests, isLookingBack, onLookBack }: NoteHeaderProps) {
  const [isSharing, setIsSharing] = useState(false);
  const isOpen = status.isLoaded && status.save !== "Access removed";
  return (
    <header className="note-head">
      <h1 className="visually-hidden">{status.title === "" ? "New note" : status.title}</h1>
      <a className="back" href="/" onClick={followHere}>
        <span aria-hidden="true">‹ </span>
        <span className="back-word">Notes</span>
      </a>
      <SaveStatus save={status.save} />
      <PeopleHere people={status.people} />
      {isOpen && onLookBack !== null && (
        <button
          type="button"
          className="button history-button"
          aria-label="History"
          aria-expanded={isLookingBack}
          onClick={onLookBack}
        >
          <HistoryIcon />
          <span className="history-word">History</span>
        </button>
      )}
      {isOpen && (
        <button
          type="button"
          className="button button-ink"
          onClick={() => {
            note.flush();
            setIsSharing(true);
          }}
        >
          Share
        </button>
      )}
      {isSharing && (
        <Suspense fallback={null}>
          <ShareDialog
            note={note}
            status={status}
            reference={reference}
            requests={requests}
            onClose={() => setIsSharing(false)}
          />
        </Suspense>
      )}
    </header>
  );
}
