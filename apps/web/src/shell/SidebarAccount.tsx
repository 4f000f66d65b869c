import { goToSignIn } from "./use-route.ts";
import { useAccount } from "./workspace-context.ts";

/** The way in, for guests and for whoever was signed out. Nothing for the others: their picture leads to their account. */
export function SidebarAccount() {
  const { username, isSignedIn } = useAccount();
  if (isSignedIn) return null;
  return (
    <div className="sidebar-account">
      <p>
        {username === null
          ? "Have your notes on all your devices."
          : `You’re signed out. What @${username} has here can be read, and nothing is sent.`}
      </p>
      <button type="button" className="button button-small" onClick={goToSignIn}>
        Sign in
      </button>
    </div>
  );
}
