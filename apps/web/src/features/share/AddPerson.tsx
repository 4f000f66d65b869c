import { type FormEvent, useState } from "react";
import type { Role } from "./use-sharing.ts";

/** Finds somebody by the whole of their username: nobody can look through who there is. */
export function AddPerson(props: {
  readonly role: Role;
  readonly onAdd: (username: string, role: Role) => Promise<boolean>;
}) {
  const [username, setUsername] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const name = username.trim().replace(/^@/u, "").toLowerCase();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (name === "" || isBusy) return;
    setIsBusy(true);
    if (await props.onAdd(name, props.role)) setUsername("");
    setIsBusy(false);
  };
  return (
    <form className="add-person" onSubmit={(event) => void add(event)}>
      <input
        className="field"
        aria-label="Add somebody by username"
        placeholder="Username"
        autoCapitalize="none"
        autoCorrect="off"
        autoComplete="off"
        spellCheck={false}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <button type="submit" className="button" aria-disabled={isBusy} disabled={name === ""}>
        Add
      </button>
    </form>
  );
}
