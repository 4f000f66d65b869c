import type { Person } from "@reed/sync";
import { Avatar } from "../../ui/Avatar.tsx";
import { ProfileButton } from "../profile/ProfileButton.tsx";

const shownPeople = 4;

/** Who has the note open now. Everybody is in the list by name; only the first few are drawn. */
export function PeopleHere({ people }: { readonly people: readonly Person[] }) {
  if (people.length === 0) return null;
  const hidden = people.length - shownPeople;
  return (
    <ul aria-label="People here" className="people-here">
      {people.map((person, at) => (
        <li key={person.id} className={at < shownPeople ? undefined : "visually-hidden"} title={person.name}>
          <PersonHere person={person} />
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

function PersonHere({ person }: { readonly person: Person }) {
  if (person.isSelf) return <ProfileButton />;
  return (
    <>
      <Avatar name={person.name} color={person.color} />
      <span className="visually-hidden">{person.name}</span>
    </>
  );
}
