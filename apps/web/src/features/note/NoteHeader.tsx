import type { NoteReference, NoteStatus, OpenNote } from "@reed/sync";
import { useState } from "react";
import { followHere } from "../../shell/use-route.ts";
import { ShareDialog } from "../share/ShareDialog.tsx";
import { PeopleHere } from "./PeopleHere.tsx";
import { SaveStatus } from "./SaveStatus.tsx";

/** The top of the sheet: whether it is saved, who is here, and sharing. */
export function NoteHeader({
  note,
  status,
  reference,
}: {
  readonly note: OpenNote;
  readonly status: NoteStatus;
  readonly reference: NoteReference;
}) {
  const [isSharing, setIsSharing] = useState(false);
  return (
    <header className="note-head">
      <h1 className="visually-hidden">{status.title === "" ? "New note" : status.title}</h1>
      <a className="back" href="/" onClick={followHere}>
        <span aria-hidden="true">‹ </span>
        <span className="back-word">Notes</span>
      </a>
      <SaveStatus save={status.save} />
      <PeopleHere people={status.people} />
      {status.isLoaded && status.save !== "Access removed" && (
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
        <ShareDialog note={note} status={status} reference={reference} onClose={() => setIsSharing(false)} />
      )}
    </header>
  );
}
