import { useState } from "react";
import { problemOfError } from "../../problems.ts";
import { announce } from "../../ui/announce.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import { copyText } from "../../ui/copy-text.ts";
import type { CopyChoice } from "./copy-choices.ts";

type Outcome =
  | { readonly type: "copied"; readonly hint: string }
  | { readonly type: "refused"; readonly text: string; readonly hint: string }
  | { readonly type: "failed"; readonly words: string };

/** The copy buttons, and under them `hint` until one is pressed, then what came of it. Where the clipboard is refused, the address is there to be copied by hand. */
export function CopyLinks({
  choices,
  hint,
  onBeforeCopy,
}: {
  readonly choices: readonly CopyChoice[];
  readonly hint: string;
  readonly onBeforeCopy: () => void;
}) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const copy = async (choice: CopyChoice) => {
    onBeforeCopy();
    setIsBusy(true);
    setOutcome(null);
    try {
      const result = await copyText(choice.address());
      setOutcome({ ...result, hint: choice.hint });
      announce(result.type === "copied" ? "Copied" : "The link is selected. Copy it from the field.");
    } catch (error) {
      const { sentence, todo } = problemOfError(error);
      setOutcome({ type: "failed", words: `${sentence} ${todo}` });
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <div className="copy-links">
      <div className="copy-buttons">
        {choices.map((choice) => (
          <button
            key={choice.name}
            type="button"
            className={choice.isMain ? "button button-ink button-tall" : "button button-tall"}
            aria-disabled={isBusy}
            onClick={() => void (isBusy || copy(choice))}
          >
            {choice.name}
          </button>
        ))}
      </div>
      {outcome === null ? <p className="hint">{hint}</p> : <CopyOutcome outcome={outcome} />}
    </div>
  );
}

function CopyOutcome({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome.type) {
    case "copied":
      return (
        <p className="copied">
          <strong>Copied.</strong> {outcome.hint}
        </p>
      );
    case "refused":
      return <CopyField label={`Copy it from here. ${outcome.hint}`} text={outcome.text} />;
    case "failed":
      return (
        <p className="notice" data-tone="warn" role="alert">
          {outcome.words}
        </p>
      );
  }
}
