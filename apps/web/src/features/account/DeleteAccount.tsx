import { askToClearDevice } from "@reed/sync/browser";
import { type FormEvent, useState } from "react";
import { useAccount, useWorkspace } from "../../shell/workspace-context.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useTask } from "../../ui/use-task.ts";

export function DeleteAccount() {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <section className="account-part">
      <h2>Delete your account</h2>
      <p className="hint">You have 30 days to change your mind.</p>
      <button type="button" className="button button-rose" onClick={() => setIsAsking(true)}>
        Delete account
      </button>
      {isAsking && <DeleteAccountDialog onClose={() => setIsAsking(false)} />}
    </section>
  );
}

function DeleteAccountDialog({ onClose }: { readonly onClose: () => void }) {
  const workspace = useWorkspace();
  const { username } = useAccount();
  const { isBusy, problem, run } = useTask();
  const [password, setPassword] = useState("");
  const remove = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await run(() => workspace.call((api) => api.deleteMe({ password }))))) return;
    askToClearDevice();
    location.assign("/");
  };
  return (
    <Dialog label="Delete account" title="Delete your account?" onClose={onClose}>
      <ul className="plain-list">
        <li>You’re signed out on all your devices at once, and your notes are removed from this one.</li>
        <li>For 30 days, signing in takes it back, with everything in it.</li>
        <li>
          After that, each note you own goes to the person who has been able to edit it for longest. Notes that nobody
          else can edit are wiped.
        </li>
        <li>Nobody can have the username @{username} again, not even you.</li>
      </ul>
      <form className="account-form" onSubmit={(event) => void remove(event)}>
        <input type="text" name="username" autoComplete="username" value={username ?? ""} readOnly hidden />
        <label>
          Your password
          <input
            className="field"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <ProblemText problem={problem} />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Keep my account
          </button>
          <button type="submit" className="button button-danger" aria-disabled={isBusy} disabled={password === ""}>
            Delete account
          </button>
        </div>
      </form>
    </Dialog>
  );
}
