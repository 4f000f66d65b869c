import { useState } from "react";
import { useProfile } from "../../shell/workspace-context.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { NameDialog } from "./NameDialog.tsx";

/** This person's picture; it opens the place to change the name. */
export function ProfileButton() {
  const profile = useProfile();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="avatar-button" title="Change your name" onClick={() => setIsOpen(true)}>
        <Avatar name={profile.name} color={profile.color} />
        <span className="visually-hidden">Your name: {profile.name}</span>
      </button>
      {isOpen && <NameDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}
