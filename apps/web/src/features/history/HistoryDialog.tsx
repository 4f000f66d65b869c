import "../../styles/history.css";
import type { VersionEntry } from "@reed/api";
import type { OpenNote } from "@reed/sync";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog.tsx";
import { VersionList } from "./VersionList.tsx";
import { VersionView } from "./VersionView.tsx";

/** What the note was before: its versions, what each differs in from now, and the way back to one. */
export function HistoryDialog({ note, onClose }: { readonly note: OpenNote; readonly onClose: () => void }) {
  const [chosen, setChosen] = useState<VersionEntry | null>(null);
  return (
    <Dialog label="History" title="History" isWide onClose={onClose}>
      {chosen === null ? (
        <VersionList note={note} onChoose={setChosen} />
      ) : (
        <VersionView
          key={chosen.id}
          noteId={note.noteId}
          entry={chosen}
          onBack={() => setChosen(null)}
          onRestored={onClose}
        />
      )}
    </Dialog>
  );
}
