import type { Person } from "@reed/sync";
import { memo } from "react";
import { useHost } from "../../host/host.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { ProfileButton } from "../profile/ProfileButton.tsx";

const shownPeople = 4;

interface Props {
  readonly people: readonly Person[];
}

/** Who has the note open now. Everybody is in the list by name; only the first few are drawn. */
export const PeopleHere = memo(PeopleList, (before, after) => isSame(before.people, after.people));

/** The list is made anew whenever a caret moves. */
function isSame(before: readonly Person[], after: readonly Person[]): boolean {
  return (
    before.length === after.length &&
    before.every((person, at) => {
      const other = after[at];
      return person.id === other?.id && person.name === other.name && person.color === other.color;
    })
  );
}

function PeopleList({ people }: Props) {
  const { hasSpace } = useHost();
  if (people.length === 0) return null;
  const hidden = people.length - shownPeople;
  return (
    <ul aria-label={hasSpace ? "In this note" : "People here"} className="people-here">
      {people.map((person, at) => (
        <li key={person.id} className={at < shownPeople ? undefined : "visually-hidden"} title={person.name}>
          <PersonHere person={person} isDrawn={at < shownPeople} />
        </li>
      ))}
      {hidden > 0 && (
        <li className="people-more" aria-hidden="true">
          +{hidden}
        </li>
      )}
    </ul>
  );
}

function PersonHere({ person, isDrawn }: { readonly person: Person; readonly isDrawn: boolean }) {
  const { hasSpace } = useHost();
  if (person.isSelf && !hasSpace) return <ProfileButton />;
  return (
    <>
      {isDrawn && <Avatar name={person.name} color={person.color} />}
      <span className="visually-hidden">{person.name}</span>
    </>
  );
}
