import "../../styles/account.css";
import { useEffect } from "react";
import { removeServerText } from "../note/server-text.ts";
import { followHere, goToSignIn } from "../../shell/use-route.ts";
import { useAccount } from "../../shell/workspace-context.ts";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { DeviceList } from "./DeviceList.tsx";
import { ExportNotes } from "./ExportNotes.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { ProfileForm } from "./ProfileForm.tsx";
import { SessionList } from "./SessionList.tsx";
import { SignOut } from "./SignOut.tsx";

/** Everything about oneself: how one is seen, where one is signed in, what one can take along, and the way out. */
export function AccountPage() {
  const { username, isSignedIn } = useAccount();
  useEffect(() => {
    document.title = "Your account · Reed";
    removeServerText();
  }, []);
  return (
    <main className="sheet">
      <div className="account">
        <a className="back account-back" href="/" onClick={followHere}>
          <span aria-hidden="true">‹ </span>Notes
        </a>
        <header className="account-head">
          <h1>Your account</h1>
          {username !== null && <p className="hint">@{username}</p>}
        </header>
        <ProfileForm />
        {isSignedIn ? (
          <>
            <PasswordForm />
            <DeviceList />
            <SessionList />
          </>
        ) : (
          <NoAccount username={username} />
        )}
        <ExportNotes />
        {isSignedIn && <SignOut />}
        {isSignedIn && <DeleteAccount />}
      </div>
    </main>
  );
}

function NoAccount({ username }: { readonly username: string | null }) {
  return (
    <section className="account-part">
      <h2>{username === null ? "You’re here as a guest" : "You’re signed out"}</h2>
      <p className="hint">
        {username === null
          ? "Your notes hang on this one device. With an account they are on all of them; a guest’s note that nobody touches is deleted after 90 days."
          : `Sign in as @${username} to send what you write and get what is new.`}
      </p>
      <button type="button" className="button button-main" onClick={goToSignIn}>
        Sign in
      </button>
    </section>
  );
}
