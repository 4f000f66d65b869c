import type { VersionEntry } from "@reed/api";
import type { OpenNote } from "@reed/sync";
import { type FormEvent, useCallback, useState } from "react";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useLoaded } from "../../ui/use-loaded.ts";
import { useNow } from "../../ui/use-now.ts";
import { useTask } from "../../ui/use-task.ts";
import { authorWords, versionWhen } from "./history-words.ts";

const pageSize = 30;
const maxNameLength = 40;

export function VersionList({
  note,
  onChoose,
}: {
  readonly note: OpenNote;
  readonly onChoose: (entry: VersionEntry) => void;
}) {
  const workspace = useWorkspace();
  const load = useCallback(
    () => workspace.call((api) => api.history(note.noteId, { limit: pageSize })),
    [workspace, note],
  );
  const { value, problem, change, reload } = useLoaded(load);
  const task = useTask();
  const nowMs = useNow();
  const more = () =>
    task.run(async () => {
      const cursor = value?.nextCursor ?? null;
      if (cursor === null) return;
      const next = await workspace.call((api) => api.history(note.noteId, { limit: pageSize, cursor: Number(cursor) }));
      change((list) => ({ items: [...list.items, ...next.items], nextCursor: next.nextCursor }));
    });
  return (
    <>
      <KeepVersion note={note} onKept={reload} />
      <ProblemText problem={task.problem ?? problem} />
      {value?.items.length === 0 && <p className="hint">There is nothing before what you see now.</p>}
      <ul className="versions" aria-label="Versions">
        {value?.items.map((entry) => (
          <li key={entry.id}>
            <button type="button" className="version" onClick={() => onChoose(entry)}>
              <span className="version-name" dir="auto">
                {entry.name ?? versionWhen(entry.at, nowMs)}
              </span>
              <span className="row-facts">
                {[entry.name === null ? null : versionWhen(entry.at, nowMs), authorWords(entry)]
                  .filter((words) => words !== null)
                  .join(" · ")}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {value !== null && value.nextCursor !== null && (
        <button type="button" className="button" aria-disabled={task.isBusy} onClick={() => void more()}>
          Show older
        </button>
      )}
    </>
  );
}

/** The text of now, under a name by which it is found again. */
function KeepVersion({ note, onKept }: { readonly note: OpenNote; readonly onKept: () => void }) {
  const workspace = useWorkspace();
  const { isBusy, problem, run } = useTask();
  const [name, setName] = useState("");
  const keep = async (event: FormEvent) => {
    event.preventDefault();
    note.flush();
    if (!(await run(() => workspace.call((api) => api.keepVersion(note.noteId, name.trim()))))) return;
    setName("");
    onKept();
  };
  return (
    <form className="add-person" onSubmit={(event) => void keep(event)}>
      <input
        className="field"
        aria-label="Name for what the note says now"
        placeholder="Name what it says now"
        maxLength={maxNameLength}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button" aria-disabled={isBusy} disabled={name.trim() === ""}>
        Keep this version
      </button>
      <ProblemText problem={problem} />
    </form>
  );
}
