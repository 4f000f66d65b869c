import { type FormEvent, useState } from "react";
import type { Problem } from "../../problems.ts";
import { useAccount, useWorkspace } from "../../shell/workspace-context.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useTask } from "../../ui/use-task.ts";
import { passwordFault } from "./account-words.ts";

export function PasswordForm() {
  const workspace = useWorkspace();
  const { username } = useAccount();
  const { isBusy, problem, run } = useTask();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [fault, setFault] = useState<Problem | null>(null);
  const [isDone, setIsDone] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const found = passwordFault(next);
    setFault(found);
    setIsDone(false);
    if (found !== null) return;
    if (!(await run(() => workspace.call((api) => api.changeMe({ password: { current, next } }))))) return;
    setCurrent("");
    setNext("");
    setIsDone(true);
  };
  return (
    <section className="account-part" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <p className="hint">A new one signs you out everywhere else.</p>
      <form className="account-form" onSubmit={(event) => void save(event)}>
        <input type="text" name="username" autoComplete="username" value={username ?? ""} readOnly hidden />
        <label>
          Current password
          <input
            className="field"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        </label>
        <label>
          New password
          <input
            className="field"
            type="password"
            autoComplete="new-password"
            required
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        </label>
        <ProblemText problem={fault ?? problem} />
        <div className="account-row">
          <button type="submit" className="button" aria-disabled={isBusy} disabled={current === "" || next === ""}>
            Change password
          </button>
          {isDone && (
            <span className="done" role="alert">
              Changed.
            </span>
          )}
        </div>
      </form>
    </section>
  );
}
