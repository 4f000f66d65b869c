import { useState } from "react";
import type { ProblemAction } from "../../problems.ts";
import { goToSignIn, navigate } from "../../shell/use-route.ts";
import { announce } from "../../ui/announce.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import { copyText } from "../../ui/copy-text.ts";
import type { Notice } from "./notices.ts";

const actionWords: Readonly<Record<ProblemAction, string>> = {
  reload: "Load again",
  home: "Go to your notes",
  "copy-text": "Copy the text",
  continue: "Continue",
  "sign-in": "Sign in",
};

/**
 * Notices above the text, each with the one thing to do. `text` gives the note's text when it is to be copied; `onContinue` is
 * called when somebody has read what became of the note.
 */
export function Notices({
  notices,
  text,
  onContinue,
}: {
  readonly notices: readonly Notice[];
  readonly text: () => string;
  readonly onContinue: () => void;
}) {
  const [refused, setRefused] = useState<string | null>(null);
  const act = async (action: ProblemAction) => {
    switch (action) {
      case "reload":
        return location.reload();
      case "home":
        return navigate("/");
      case "sign-in":
        return goToSignIn();
      case "continue":
        return onContinue();
      case "copy-text": {
        const result = await copyText(text());
        setRefused(result.type === "refused" ? result.text : null);
        if (result.type === "copied") announce("Copied");
      }
    }
  };
  return (
    <>
      {notices.map(({ id, tone, title, text: words, action }) => (
        <section key={id} className="notice" data-tone={tone}>
          <p>
            {title !== null && <strong>{title}. </strong>}
            {words}
          </p>
          {action !== null && (
            <button type="button" className="button button-small" onClick={() => void act(action)}>
              {actionWords[action]}
            </button>
          )}
        </section>
      ))}
      {refused !== null && <CopyField label="The text, to copy" text={refused} />}
    </>
  );
}
