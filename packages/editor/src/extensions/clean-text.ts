// Text enters a note with "\n" line ends and whole characters only. Yjs counts "\r\n" as two and CodeMirror as one, and the log
// refuses carriage returns and unpaired surrogates; so both are put right here, before they can become an edit.

import { type ChangeSpec, EditorState, type Extension, Text, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";

/** Line ends as "\n", unpaired surrogates as U+FFFD. Text that is fine comes back unchanged. */
function cleanText(text: string): string {
  return text.replace(/\r\n?/gu, "\n").toWellFormed();
}

/** Cleans what is pasted and dropped, and mends broken characters that come in by any other way. */
export function cleanTextInput(): Extension {
  return [EditorView.clipboardInputFilter.of(cleanText), wellFormedChanges];
}

const wellFormedChanges = EditorState.transactionFilter.of((transaction) => {
  // What came from the note itself was checked by the log, and changing it here would make it an edit of ours.
  if (!transaction.docChanged || transaction.annotation(ySyncAnnotation) !== undefined) return transaction;
  const changes: ChangeSpec[] = [];
  let isBroken = false;
  transaction.changes.iterChanges((from, to, _fromNew, _toNew, inserted) => {
    const text = inserted.toString();
    isBroken ||= !text.isWellFormed();
    changes.push({ from, to, insert: Text.of(text.toWellFormed().split("\n")) });
  });
  if (!isBroken) return transaction;
  return {
    changes,
    selection: transaction.newSelection,
    effects: transaction.effects,
    userEvent: transaction.annotation(Transaction.userEvent) ?? "input",
    scrollIntoView: transaction.scrollIntoView,
  };
});
