import { askToClearDevice } from "@reed/sync/browser";
import { useState } from "react";
import { navigate } from "../../shell/use-route.ts";
import { useLocalNotes, useWorkspace } from "../../shell/workspace-context.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useTask } from "../../ui/use-task.ts";

export function SignOut() {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <section className="account-part">
      <h2>Sign out</h2>
      <p className="hint">You’re asked whether your notes stay on this device.</p>
      <button type="button" className="button" onClick={() => setIsAsking(true)}>
        Sign out
      </button>
      {isAsking && <SignOutDialog onClose={() => setIsAsking(false)} />}
    </section>
  );
}

function SignOutDialog({ onClose }: { readonly onClose: () => void }) {
  const workspace = useWorkspace();
  const { isBusy, problem, run } = useTask();
  const unsent = useLocalNotes().filter(({ hasUnsent }) => hasUnsent).length;
  const leave = async (keepsNotes: boolean) => {
    if (!(await run(() => workspace.signOut()))) return;
    if (!keepsNotes && askToClearDevice()) return location.assign("/");
    onClose();
    navigate("/");
  };
  return (
    <Dialog label="Sign out" title="Keep your notes on this device?" onClose={onClose}>
      <p>
        Kept, they can be read here by whoever has this device, and go on when you sign in again. Removed, they are only
        in your account.
      </p>
      {unsent > 0 && (
        <p className="notice" data-tone="warn">
          {unsent === 1 ? "One note has" : `${unsent} notes have`} words here that are not on the server yet. Removing
          your notes loses them.
        </p>
      )}
      <ProblemText problem={problem} />
      <div className="dialog-actions">
        <button type="button" className="button" aria-disabled={isBusy} onClick={() => void leave(true)}>
          Keep them and sign out
        </button>
        <button type="button" className="button button-danger" aria-disabled={isBusy} onClick={() => void leave(false)}>
          Remove them and sign out
        </button>
      </div>
    </Dialog>
  );
}
