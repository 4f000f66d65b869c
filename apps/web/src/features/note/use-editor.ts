// The editor of one open note, from mount to unmount. What changes while it lives is handed on; nothing makes it anew.

import { createEditor, type Editor } from "@reed/editor";
import type { OpenNote, RemoteCursor } from "@reed/sync";
import { useHost } from "../../host/host.ts";
import { type RefCallback, useCallback, useEffect, useRef, useState } from "react";

interface EditorProps {
  readonly note: OpenNote;
  readonly isReadOnly: boolean;
  readonly cursors: readonly RemoteCursor[];
}

/**
 * The editor, null until `attach` has been given its element. It takes the focus once, as soon as it may be written, unless a
 * field or a dialog has it; on phones only while the note is empty, because the focus brings up the keyboard.
 */
export function useEditor({ note, isReadOnly, cursors }: EditorProps): {
  readonly editor: Editor | null;
  readonly attach: RefCallback<HTMLElement>;
} {
  const host = useHost();
  const [editor, setEditor] = useState<Editor | null>(null);
  const isOffered = useRef(false);
  const [isReadOnlyAtFirst] = useState(isReadOnly);
  // A refused edit rebuilds the document: then this is another text, and needs another editor.
  const { text } = note;
  const attach = useCallback(
    (parent: HTMLElement) => {
      const created = createEditor(parent, {
        text,
        cursors: note.status().cursors,
        onCursor: (cursor) => note.setCursor(cursor),
        isReadOnly: isReadOnlyAtFirst,
        readsFirst: isTouched(),
        openLink: (address) => host.openLink(address),
        emptyText: "Write something",
        margins: { top: 76, bottom: 84 },
      });
      setEditor(created);
      return () => {
        created.destroy();
        setEditor(null);
      };
    },
    [host, note, text, isReadOnlyAtFirst],
  );

  useEffect(() => editor?.setCursors(cursors), [editor, cursors]);
  useEffect(() => {
    if (editor === null) return;
    editor.setReadOnly(isReadOnly);
    if (isReadOnly || isOffered.current) return;
    isOffered.current = true;
    const isTyping = document.activeElement?.matches("input, textarea, dialog *") === true;
    if (!isTyping && (!isTouched() || note.text.length === 0)) editor.focus();
  }, [editor, note, isReadOnly]);
  return { editor, attach };
}

function isTouched(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
