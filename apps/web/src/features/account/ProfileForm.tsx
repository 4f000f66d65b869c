import { type FormEvent, useState } from "react";
import { useProfile, useWorkspace } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { ColorChoice } from "../profile/ColorChoice.tsx";

const maxNameLength = 32;

/** How others see one. The colour is taken at once, the name when it is written. */
export function ProfileForm() {
  const workspace = useWorkspace();
  const profile = useProfile();
  const [name, setName] = useState(profile.name);
  const chosen = name.trim();
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === "" || chosen === profile.name) return;
    workspace.rename(chosen);
    announce("Name saved");
  };
  return (
    <section className="account-part" aria-labelledby="profile-title">
      <h2 id="profile-title">How others see you</h2>
      <form className="account-row" onSubmit={save}>
        <span className="big-avatar">
          <Avatar name={chosen === "" ? profile.name : chosen} color={profile.color} />
        </span>
        <label className="grow">
          Name
          <input
            className="field"
            value={name}
            maxLength={maxNameLength}
            autoComplete="nickname"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <button type="submit" className="button" disabled={chosen === "" || chosen === profile.name}>
          Save name
        </button>
      </form>
      <ColorChoice value={profile.color} onChange={(color) => workspace.recolor(color)} />
    </section>
  );
}
