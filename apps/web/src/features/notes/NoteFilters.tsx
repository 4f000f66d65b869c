import { keyOf, type Narrowing, type View, withChosen } from "./note-view.ts";
import { isScope, isSort } from "./use-view.ts";

/** Which notes are listed and in which order: two quiet menus above the list. */
export function NoteFilters(props: {
  readonly view: View;
  readonly narrowings: readonly Narrowing[];
  readonly onChange: (change: Partial<View>) => void;
}) {
  const { view, onChange } = props;
  const narrowings = withChosen(props.narrowings, view.narrowing);
  const chosen = view.narrowing === null ? view.scope : keyOf(view.narrowing);
  const choose = (value: string) => {
    const narrowing = narrowings.find((each) => keyOf(each) === value) ?? null;
    if (narrowing !== null) onChange({ scope: "all", narrowing });
    else if (isScope(value)) onChange({ scope: value, narrowing: null });
  };
  const people = narrowings.filter((each) => each.type === "sharedBy");
  const tags = narrowings.filter((each) => each.type === "tag");
  return (
    <div className="note-filters">
      <select aria-label="Show" value={chosen} onChange={(event) => choose(event.target.value)}>
        <option value="all">All notes</option>
        <option value="owned">My notes</option>
        <option value="shared">Shared with me</option>
        <option value="trash">Trash</option>
        {people.length > 0 && (
          <optgroup label="Shared by">
            {people.map((person) => (
              <option key={person.id} value={keyOf(person)}>
                {person.name}
              </option>
            ))}
          </optgroup>
        )}
        {tags.length > 0 && (
          <optgroup label="Tag">
            {tags.map((each) => (
              <option key={each.tag} value={keyOf(each)}>
                #{each.tag}
              </option>
            ))}
          </optgroup>
        )}
      </select>
      {view.scope !== "trash" && (
        <select
          aria-label="Sort by"
          value={view.sort}
          onChange={({ target: { value } }) => isSort(value) && onChange({ sort: value })}
        >
          <option value="updated">Last changed</option>
          <option value="created">Newest</option>
          <option value="title">Title</option>
          <option value="creator">Who made it</option>
        </select>
      )}
    </div>
  );
}
