import type { NoteShelf, ShelfEntry } from "@reed/sync";
import { useWorkspace } from "../../shell/workspace-context.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useTask } from "../../ui/use-task.ts";
import { nameOf } from "./note-words.ts";

export function DeleteForGood(props: {
  readonly entry: ShelfEntry;
  readonly shelf: NoteShelf;
  readonly onClose: () => void;
}) {
  const { entry, shelf, onClose } = props;
  const workspace = useWorkspace();
  const { isBusy, problem, run } = useTask();
  const remove = async () => {
    if (!(await run(() => workspace.call((api) => api.purgeNote(entry.id))))) return;
    workspace.forget(entry.id);
    shelf.refresh();
    onClose();
  };
  return (
    <Dialog label="Delete for good" title={`Delete “${nameOf(entry)}” for good?`} onClose={onClose}>
      <p>Its words and its history are wiped for everybody, and nobody can bring them back.</p>
      <ProblemText problem={problem} />
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" className="button button-danger" aria-disabled={isBusy} onClick={() => void remove()}>
          Delete for good
        </button>
      </div>
    </Dialog>
  );
}
