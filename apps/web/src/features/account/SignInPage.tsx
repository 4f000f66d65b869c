import "../../styles/account.css";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { removeServerText } from "../note/server-text.ts";
import { problemFor, problemOfError, type Problem } from "../../problems.ts";
import { leaveSignIn } from "../../shell/use-route.ts";
import { useAccount, useWorkspace } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";
import { Sprout } from "../../ui/icons.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { faultOf } from "./account-words.ts";
import { type Obstacle, SignInObstacle } from "./SignInObstacle.tsx";

type Mode = "sign-in" | "create";

/** One form for both: with both fields filled in, either button goes on; else the second asks for what it needs. */
export function SignInPage() {
  const workspace = useWorkspace();
  const { username: known, isSignedIn } = useAccount();
  const [mode, setMode] = useState<Mode>("sign-in");
  const [username, setUsername] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const [isShown, setIsShown] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [obstacle, setObstacle] = useState<Obstacle | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const isCreating = mode === "create";

  useEffect(() => {
    document.title = "Sign in · Reed";
    removeServerText();
  }, []);

  const go = async (wanted: Mode, restore = false) => {
    if (isBusy) return;
    const fault = faultOf({ username, password }, wanted === "create");
    setObstacle(null);
    setProblem(fault);
    if (fault !== null) return;
    setIsBusy(true);
    try {
      const credentials = { username: username.trim(), password };
      if (wanted === "create") await workspace.signUp(credentials);
      else await workspace.signIn({ ...credentials, restore });
      announce(wanted === "create" ? "Your account is made" : "Signed in");
      leaveSignIn();
    } catch (error) {
      const code = codeOf(error);
      if (code === "device_taken" || code === "account_deleted") setObstacle(code);
      else if (code === "invalid" && wanted === "sign-in") setProblem(problemFor("credentials_wrong"));
      else setProblem(problemOfError(error));
      setIsBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void go(mode);
  };
  const other = () => {
    const isFilled = username !== "" && password !== "";
    const wanted: Mode = isCreating ? "sign-in" : "create";
    setMode(wanted);
    setProblem(null);
    if (isFilled) void go(wanted);
    else form.current?.querySelector("input")?.focus();
  };

  return (
    <main className="sheet empty-sheet">
      <form ref={form} className="sign-in" onSubmit={submit} noValidate>
        <Sprout className="empty-sprout" />
        <h1>{isCreating ? "Create your account" : "Sign in to Reed"}</h1>
        <p className="hint">
          {isCreating
            ? "The notes on this device become yours on all your devices."
            : "What you wrote here as a guest comes with you."}
        </p>
        <label htmlFor="username">Username</label>
        <input
          id="username"
          className="field"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
          required
          maxLength={30}
          aria-describedby={isCreating ? "username-rule" : undefined}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        {isCreating && (
          <p id="username-rule" className="hint">
            3 to 30 of a–z, 0–9, dot, dash and underscore. People find you by it.
          </p>
        )}
        <div className="label-row">
          <label htmlFor="password">Password</label>
          <button
            type="button"
            className="quiet-button"
            aria-pressed={isShown}
            aria-label="Show what I type"
            onClick={() => setIsShown(!isShown)}
          >
            {isShown ? "Hide" : "Show"}
          </button>
        </div>
        <input
          id="password"
          className="field"
          name="password"
          type={isShown ? "text" : "password"}
          autoComplete={isCreating ? "new-password" : "current-password"}
          required
          minLength={8}
          maxLength={200}
          aria-describedby={isCreating ? "password-rule" : undefined}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {isCreating && (
          <p id="password-rule" className="hint">
            At least 8 characters. A sentence is easy to remember and hard to guess.
          </p>
        )}
        <ProblemText problem={problem} />
        <SignInObstacle obstacle={obstacle} known={known} onTakeBack={() => void go("sign-in", true)} />
        <button type="submit" className="button button-main button-tall" aria-disabled={isBusy}>
          {isCreating ? "Create account" : "Sign in"}
        </button>
        <p className="sign-in-other">
          {isCreating ? "You have one already?" : "New here?"}{" "}
          <button type="button" className="quiet-button" aria-disabled={isBusy} onClick={other}>
            {isCreating ? "Sign in" : "Create account"}
          </button>
        </p>
        {!isSignedIn && (
          <p className="sign-in-other">
            <button type="button" className="quiet-button" onClick={leaveSignIn}>
              Not now
            </button>
          </p>
        )}
      </form>
    </main>
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}
