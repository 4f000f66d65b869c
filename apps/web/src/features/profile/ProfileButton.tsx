import { useState } from "react";
import { followHere } from "../../shell/use-route.ts";
import { useAccount, useProfile } from "../../shell/workspace-context.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { NameDialog } from "./NameDialog.tsx";

/** This person's picture. It opens the place to change the name: for who has an account, their account. */
export function ProfileButton() {
  const profile = useProfile();
  const { username } = useAccount();
  const [isOpen, setIsOpen] = useState(false);
  if (username !== null) {
    return (
      <a className="avatar-button" href="/account" title="Your account" onClick={followHere}>
        <Avatar name={profile.name} color={profile.color} />
        <span className="visually-hidden">Your account: {profile.name}</span>
      </a>
    );
  }
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
