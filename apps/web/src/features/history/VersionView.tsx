import type { VersionDiff, VersionEntry } from "@reed/api";
import { useCallback } from "react";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { showToast } from "../../ui/toasts.ts";
import { useLoaded } from "../../ui/use-loaded.ts";
import { useNow } from "../../ui/use-now.ts";
import { useTask } from "../../ui/use-task.ts";
import { authorWords, versionWhen } from "./history-words.ts";

/** One version against the text of now: what came since is underlined, what went is struck. */
export function VersionView(props: {
  readonly noteId: string;
  readonly entry: VersionEntry;
  readonly onBack: () => void;
  readonly onRestored: () => void;
}) {
  const { noteId, entry, onBack, onRestored } = props;
  const workspace = useWorkspace();
  const load = useCallback(
    () => workspace.call((api) => api.diffVersion(noteId, entry.id, "current")),
    [workspace, noteId, entry],
  );
  const { value, problem } = useLoaded(load);
  const task = useTask();
  const nowMs = useNow();
  const when = versionWhen(entry.at, nowMs);
  const restore = async () => {
    if (!(await task.run(() => workspace.call((api) => api.restoreVersion(noteId, entry.id))))) return;
    showToast(`The note says again what it said ${entry.name === null ? when : `as “${entry.name}”`}.`);
    onRestored();
  };
  return (
    <>
      <div className="version-head">
        <button type="button" className="quiet-button" onClick={onBack}>
          <span aria-hidden="true">‹ </span>All versions
        </button>
        <p>
          <strong dir="auto">{entry.name ?? when}</strong>{" "}
          <span className="row-facts">
            {[entry.name === null ? null : when, authorWords(entry)].filter((words) => words !== null).join(" · ")}
          </span>
        </p>
        <button type="button" className="button button-ink" aria-disabled={task.isBusy} onClick={() => void restore()}>
          Restore this version
        </button>
      </div>
      <ProblemText problem={task.problem ?? problem} />
      {value !== null && <Diff diff={value} />}
      <p className="hint">Restoring is an edit like any other: what the note says now stays in the history.</p>
    </>
  );
}

function Diff({ diff }: { readonly diff: VersionDiff }) {
  const isSame = diff.pieces.every(({ type }) => type === "same");
  return (
    <>
      {isSame && <p className="hint">This is what the note says now.</p>}
      <div className="diff" dir="auto" role="region" aria-label="What changed since">
        {diff.pieces.map(({ type, text }, at) => {
          if (type === "same") return <span key={at}>{text}</span>;
          return type === "added" ? <ins key={at}>{text}</ins> : <del key={at}>{text}</del>;
        })}
      </div>
    </>
  );
}
