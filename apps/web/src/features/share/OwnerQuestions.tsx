import type { Link } from "@reed/api";
import { noteRegisters, type NoteRegisters } from "@reed/log";
import type { OpenNote } from "@reed/sync";
import { useState, useSyncExternalStore } from "react";
import { useHost } from "../../host/host.ts";
import { Segmented } from "../../ui/Segmented.tsx";
import { useNow } from "../../ui/use-now.ts";
import { AddPerson } from "./AddPerson.tsx";
import { CardPreview } from "./CardPreview.tsx";
import { CopyLinks } from "./CopyLinks.tsx";
import { cardImageUrl } from "./card-image.ts";
import { ownerChoices, peopleChoice } from "./copy-choices.ts";
import { isOpenLink } from "./link-end.ts";
import { whoWords } from "./share-words.ts";
import type { Sharing } from "./use-sharing.ts";

/** Where a channel's people may have the note as well. */
const outsideHint = "This works outside of the channel, too.";

type Who = "people" | "anyone";
type Level = NonNullable<NoteRegisters["preview"]>;

/** Two questions about who may do what, and a third about what a chat shows. */
export function OwnerQuestions({ note, sharing }: { readonly note: OpenNote; readonly sharing: Sharing }) {
  const { members } = sharing;
  const { hasSpace } = useHost();
  const nowMs = useNow();
  const links = sharing.links?.filter((link) => isOpenLink(link, nowMs)) ?? null;
  const settings = useSyncExternalStore(
    (listener) => note.subscribe(listener),
    () => note.settings(),
  );
  const settledLevel = useSyncExternalStore(
    (listener) => note.subscribe(listener),
    () => levelOf(noteRegisters.read(note.fold(noteRegisters.reducer))),
  );
  const [chosen, setChosen] = useState<Who | null>(null);
  const [role, setRole] = useState<Link["role"]>("editor");
  const isAmongPeople = links?.length === 0 && members !== null && members.length > 1;
  const who: Who = chosen ?? (isAmongPeople ? "people" : "anyone");
  const level = levelOf(settings);
  const choices = who === "anyone" ? ownerChoices(role, sharing.addressFor) : [peopleChoice(note.noteId)];
  return (
    <>
      <div className="questions">
        <Segmented<Who>
          question="Who can open it?"
          segments={[
            { value: "people", name: "Only people I add" },
            { value: "anyone", name: "Anyone with the link" },
          ]}
          value={who}
          onChange={setChosen}
        />
        <Segmented<Link["role"]>
          question="Can they edit?"
          segments={[
            { value: "viewer", name: "No, only read" },
            { value: "editor", name: "Yes" },
          ]}
          value={role}
          onChange={setRole}
        />
        {who === "anyone" && (
          <Segmented<Level>
            question="What does the chat show?"
            segments={[
              { value: "nothing", name: "Nothing" },
              { value: "title", name: "Title" },
              { value: "content", name: "The note" },
            ]}
            value={level}
            onChange={(preview) => note.set({ preview })}
          />
        )}
      </div>
      {who === "people" && <AddPerson role={role} onAdd={sharing.add} />}
      {who === "people" && links !== null && links.length > 0 && <OpenLinks sharing={sharing} links={links} />}
      {who === "anyone" && <CardPreview imageUrl={cardImageUrl(links?.[0], settledLevel)} />}
      <CopyLinks
        choices={choices}
        hint={hasSpace ? outsideHint : (whoWords(members, links) ?? "Looking up who can open it…")}
        onBeforeCopy={() => note.flush()}
      />
    </>
  );
}

function levelOf({ preview }: NoteRegisters): Level {
  return preview ?? "content";
}

/** Links outlast the answer to a question: they are taken back one by one, or all together here. */
function OpenLinks({ sharing, links }: { readonly sharing: Sharing; readonly links: readonly Link[] }) {
  const [isBusy, setIsBusy] = useState(false);
  const revokeAll = async () => {
    setIsBusy(true);
    for (const link of links) await sharing.revoke(link);
    setIsBusy(false);
  };
  return (
    <div className="notice" data-tone="warn">
      <p>
        {links.length === 1 ? "A link still lets" : `${links.length} links still let`} anyone in who has{" "}
        {links.length === 1 ? "it" : "one"}.
      </p>
      <button
        type="button"
        className="button button-small button-rose"
        disabled={isBusy}
        onClick={() => void revokeAll()}
      >
        {links.length === 1 ? "Take it back" : "Take them all back"}
      </button>
    </div>
  );
}
