import type { Draft } from "@reed/sync";
import { useState } from "react";
import { problemFor } from "../../problems.ts";
import { announce } from "../../ui/announce.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import { copyText } from "../../ui/copy-text.ts";

/** Text that was refused and taken out of the note. It stays here until its writer lets it go. */
export function Drafts({
  drafts,
  onDismiss,
}: {
  readonly drafts: readonly Draft[];
  readonly onDismiss: (id: string) => void;
}) {
  if (drafts.length === 0) return null;
  return (
    <section className="drafts" aria-labelledby="drafts-title">
      <h2 id="drafts-title">Not in the note</h2>
      <p>What you wrote here was not accepted. Copy what you want to keep.</p>
      <ul>
        {drafts.map((draft) => (
          <DraftItem key={draft.id} draft={draft} onDismiss={() => onDismiss(draft.id)} />
        ))}
      </ul>
    </section>
  );
}

function DraftItem({ draft, onDismiss }: { readonly draft: Draft; readonly onDismiss: () => void }) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  const copy = async () => {
    const result = await copyText(draft.text);
    setOutcome(result.type);
    if (result.type === "copied") announce("Copied");
  };
  return (
    <li className="draft">
      <blockquote dir="auto">{draft.text}</blockquote>
      <p className="hint">{problemFor(draft.reason).sentence}</p>
      <div className="draft-actions">
        <button type="button" className="button button-small" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" className="button button-small button-rose" onClick={onDismiss}>
          Dismiss
        </button>
        {outcome === "copied" && <span className="hint">Copied</span>}
      </div>
      {outcome === "refused" && <CopyField label="The text, to copy" text={draft.text} />}
    </li>
  );
}
