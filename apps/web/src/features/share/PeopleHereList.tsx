import { safeName } from "@reed/editor";
import type { Person } from "@reed/sync";
import { Avatar } from "../../ui/Avatar.tsx";

/** For who may not see whom the note was shared with: those who have it open now. */
export function PeopleHereList({ people }: { readonly people: readonly Person[] }) {
  if (people.length === 0) return null;
  return (
    <ul aria-label="People" className="rows">
      {people.map((person) => (
        <li key={person.id} className="row">
          <Avatar name={person.name} color={person.color} />
          <span className="row-words">
            <span className="row-name" dir="auto">
              {safeName(person.name)}
            </span>
            <span className="row-facts">{person.isSelf ? "you" : "here now"}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
