import { useState } from "react";
import { NoteList } from "../features/notes/NoteList.tsx";
import { ProfileButton } from "../features/profile/ProfileButton.tsx";
import { problemOfError } from "../problems.ts";
import { Sprout } from "../ui/icons.tsx";
import { notePathOf, type Route } from "./route.ts";
import { SidebarAccount } from "./SidebarAccount.tsx";
import { followHere, navigate } from "./use-route.ts";
import { useWorkspace } from "./workspace-context.ts";

/** The desk beside the sheet: the notes of this device's user. On phones it is the home page. */
export function Sidebar({ route }: { readonly route: Route }) {
  const workspace = useWorkspace();
  const [failure, setFailure] = useState<string | null>(null);
  const createNote = async () => {
    setFailure(null);
    try {
      navigate(notePathOf(await workspace.createNote()));
    } catch (error) {
      const { sentence, todo } = problemOfError(error);
      setFailure(`${sentence} ${todo}`);
    }
  };
  return (
    <nav className="sidebar" aria-label="Your notes">
      <header className="sidebar-head">
        <a className="brand" href="/" onClick={followHere}>
          <Sprout className="brand-sprout" />
          Reed
        </a>
        <ProfileButton />
      </header>
      <NoteList currentNoteId={route.type === "note" ? route.reference.noteId : null} />
      {failure !== null && (
        <p className="sidebar-failure" role="alert">
          {failure}
        </p>
      )}
      {workspace.keeps === "memory" && (
        <p className="sidebar-hint">This window can’t keep notes: the list is gone when you close it.</p>
      )}
      {route.type !== "sign-in" && route.type !== "account" && <SidebarAccount />}
      <button type="button" className="new-note" onClick={() => void createNote()}>
        New note
      </button>
    </nav>
  );
}
