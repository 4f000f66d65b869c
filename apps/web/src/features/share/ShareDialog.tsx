import type { NoteReference, NoteStatus, OpenNote } from "@reed/sync";
import { Dialog } from "../../ui/Dialog.tsx";
import { CardPreview } from "./CardPreview.tsx";
import { CopyLinks } from "./CopyLinks.tsx";
import { cardImageUrl } from "./card-image.ts";
import { ownAddressChoice, ownerChoices, ownerHint, ownHint } from "./copy-choices.ts";
import { LinkList } from "./LinkList.tsx";
import { PeopleList } from "./PeopleList.tsx";
import { useShareLinks } from "./use-share-links.ts";

interface ShareDialogProps {
  readonly note: OpenNote;
  readonly status: NoteStatus;
  readonly reference: NoteReference;
  readonly onClose: () => void;
}

/** Sharing: owners make, copy and take back links; everybody else can pass on the address they came by. */
export function ShareDialog({ note, status, reference, onClose }: ShareDialogProps) {
  const isOwner = status.role === "owner";
  const shared = useShareLinks(note.noteId, isOwner, status.people.length);
  const choices = isOwner ? ownerChoices(shared.addressFor) : [ownAddressChoice(reference, location.origin)];
  return (
    <Dialog label="Share" title={`Share “${status.title === "" ? "Untitled" : status.title}”`} onClose={onClose}>
      <CardPreview imageUrl={cardImageUrl(shared.links?.[0])} />
      <CopyLinks choices={choices} hint={isOwner ? ownerHint : ownHint(reference)} onBeforeCopy={() => note.flush()} />
      {shared.problem !== null && (
        <p className="notice" data-tone="warn" role="alert">
          {shared.problem.sentence} {shared.problem.todo}
        </p>
      )}
      {isOwner && <LinkList links={shared.links ?? []} onRevoke={shared.revoke} />}
      <PeopleList people={status.people} />
    </Dialog>
  );
}
