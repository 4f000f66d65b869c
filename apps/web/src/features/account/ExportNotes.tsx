import { useState } from "react";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { useTask } from "../../ui/use-task.ts";
import { collectExport } from "./collect-export.ts";

/** Everything that one can read, as one file. */
export function ExportNotes() {
  const workspace = useWorkspace();
  const { isBusy, problem, run } = useTask();
  const [count, setCount] = useState<number | null>(null);
  const save = () =>
    run(async () => {
      const { notes, text } = await collectExport((cursor) => workspace.call((api) => api.exportAccount({ cursor })));
      saveFile("reed-notes.ndjson", "application/x-ndjson", text);
      setCount(notes);
    });
  return (
    <section className="account-part" aria-labelledby="export-title">
      <h2 id="export-title">Take everything along</h2>
      <p className="hint">
        All notes that you can open, with their text as Markdown, in one file that programs can read.
      </p>
      <ProblemText problem={problem} />
      <div className="account-row">
        <button type="button" className="button" aria-disabled={isBusy} onClick={() => void save()}>
          {isBusy ? "Collecting…" : "Export notes"}
        </button>
        {count !== null && !isBusy && (
          <span className="done" role="alert">
            {count === 1 ? "1 note" : `${count} notes`} saved.
          </span>
        )}
      </div>
    </section>
  );
}
