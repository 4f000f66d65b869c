import "../../styles/share.css";
import type { NoteReference, NoteStatus, OpenNote } from "@reed/sync";
import { useHost } from "../../host/host.ts";
import type { AccessRequests } from "../access/use-access-requests.ts";
import { RequestList } from "../access/RequestList.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { CopyLinks } from "./CopyLinks.tsx";
import { ownAddressChoice, ownHint } from "./copy-choices.ts";
import { LinkList } from "./LinkList.tsx";
import { OwnerQuestions } from "./OwnerQuestions.tsx";
import { PeopleHereList } from "./PeopleHereList.tsx";
import { PeopleList } from "./PeopleList.tsx";
import { useSharing } from "./use-sharing.ts";

interface ShareDialogProps {
  readonly note: OpenNote;
  readonly status: NoteStatus;
  readonly reference: NoteReference;
  readonly requests: AccessRequests;
  readonly onClose: () => void;
}

/** Sharing: owners say who can open the note and take it back; everybody else can pass on the address they came by. */
export function ShareDialog({ note, status, reference, requests, onClose }: ShareDialogProps) {
  const isOwner = status.role === "owner";
  const { SharePart } = useHost();
  const sharing = useSharing(note.noteId, isOwner, status.people.length);
  const members = sharing.members ?? [];
  return (
    <Dialog label="Share" title={`Share “${status.title === "" ? "Untitled" : status.title}”`} onClose={onClose}>
      {isOwner && <RequestList requests={requests} />}
      {SharePart !== null && <SharePart note={note} isOwner={isOwner} />}
      {isOwner ? (
        <OwnerQuestions note={note} sharing={sharing} />
      ) : (
        <CopyLinks
          choices={[ownAddressChoice(reference, location.origin)]}
          hint={ownHint(reference)}
          onBeforeCopy={() => note.flush()}
        />
      )}
      <ProblemText problem={sharing.problem} />
      {sharing.receipt !== null && <p className="receipt">{sharing.receipt}</p>}
      {isOwner && sharing.links !== null && sharing.links.length > 0 && (
        <LinkList links={sharing.links} sharing={sharing} />
      )}
      {members.length > 0 ? (
        <PeopleList noteId={note.noteId} members={members} isOwner={isOwner} sharing={sharing} onLeft={onClose} />
      ) : (
        <PeopleHereList people={status.people} />
      )}
    </Dialog>
  );
}
