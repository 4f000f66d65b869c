import { type FormEvent, useEffect, useState } from "react";
import { useProfile, useWorkspace } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useTask } from "../../ui/use-task.ts";

const lookEveryMs = 4000;
const maxMessageLength = 200;

/**
 * For whoever may not see a note: asks its owner, and then waits. Whether there is a note at all is not told. `onLetIn` is called
 * once somebody said yes.
 */
export function AskForAccess({ noteId, onLetIn }: { readonly noteId: string; readonly onLetIn: () => void }) {
  const workspace = useWorkspace();
  const { name } = useProfile();
  const { isBusy, problem, run } = useTask();
  const [message, setMessage] = useState("");
  const [hasAsked, setHasAsked] = useState(false);
  useWatch(noteId, hasAsked, onLetIn);
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    const words = message.trim();
    const request = words === "" ? {} : { message: words };
    if (!(await run(() => workspace.call((api) => api.askAccess(noteId, request))))) return;
    setHasAsked(true);
    announce("Asked");
  };
  if (hasAsked) {
    return (
      <p className="asked">
        <strong>Asked.</strong> If there is a note here, its owner sees it, and this page opens by itself when they say
        yes.
      </p>
    );
  }
  return (
    <form className="ask" onSubmit={(event) => void ask(event)}>
      <input
        className="field"
        aria-label="A word to the owner"
        placeholder={`It’s me, ${name}`}
        maxLength={maxMessageLength}
        value={message}
        onChange={(event) => setMessage(event.target.value)}
      />
      <button type="submit" className="button button-main" aria-disabled={isBusy}>
        Ask for access
      </button>
      <ProblemText problem={problem} />
    </form>
  );
}

/** Looks now and then whether the note can be opened. */
function useWatch(noteId: string, isOn: boolean, onLetIn: () => void): void {
  const workspace = useWorkspace();
  useEffect(() => {
    if (!isOn) return;
    let isWatching = true;
    const timer = setInterval(() => {
      if (document.visibilityState === "hidden") return;
      workspace
        .call((api) => api.note(noteId))
        .then(() => isWatching && onLetIn())
        .catch(() => undefined); // not yet
    }, lookEveryMs);
    return () => {
      isWatching = false;
      clearInterval(timer);
    };
  }, [workspace, noteId, isOn, onLetIn]);
}
