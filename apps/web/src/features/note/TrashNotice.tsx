import { useShelf, useShelfEntries, useWorkspace } from "../../shell/workspace-context.ts";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useTask } from "../../ui/use-task.ts";

/** Above a note that lies in the trash: what that means, and the way out. Nothing above others. */
export function TrashNotice({ noteId }: { readonly noteId: string }) {
  const workspace = useWorkspace();
  const shelf = useShelf();
  const isTrashed = useShelfEntries(shelf).some(({ id, trashedAt }) => id === noteId && trashedAt !== null);
  const { isBusy, problem, run } = useTask();
  if (!isTrashed) return null;
  const restore = async () => {
    if (await run(() => workspace.call((api) => api.restoreNote(noteId)))) shelf.refresh();
  };
  return (
    <>
      <section className="notice" data-tone="warn">
        <p>This note is in the trash. Others can’t open it, and after 30 days it is deleted for good.</p>
        <button type="button" className="button button-small" aria-disabled={isBusy} onClick={() => void restore()}>
          Restore
        </button>
      </section>
      <ProblemText problem={problem} />
    </>
  );
}
