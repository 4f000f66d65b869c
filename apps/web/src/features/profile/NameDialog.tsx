import { type FormEvent, useState } from "react";
import { useProfile, useWorkspace } from "../../shell/workspace-context.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ColorChoice } from "./ColorChoice.tsx";

export function NameDialog({ onClose }: { readonly onClose: () => void }) {
  const workspace = useWorkspace();
  const profile = useProfile();
  const [name, setName] = useState(profile.name);
  const [color, setColor] = useState(profile.color);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const chosen = name.trim();
    if (chosen !== "" && chosen !== profile.name) workspace.rename(chosen);
    if (color !== profile.color) workspace.recolor(color);
    onClose();
  };
  return (
    <Dialog label="Your name" title="What shall we call you?" onClose={onClose}>
      <form className="name-form" onSubmit={save}>
        <label htmlFor="your-name">Name</label>
        <input
          id="your-name"
          className="field"
          value={name}
          maxLength={32}
          autoComplete="nickname"
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
        <ColorChoice value={color} onChange={setColor} />
        <p className="hint">People in your notes see both beside your cursor.</p>
        <button type="submit" className="button button-main" disabled={name.trim() === ""}>
          Save
        </button>
      </form>
    </Dialog>
  );
}
