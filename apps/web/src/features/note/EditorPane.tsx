import type { OpenNote, RemoteCursor } from "@reed/sync";
import { FormatBar } from "./FormatBar.tsx";
import { useEditor } from "./use-editor.ts";

/** The text of the note, and the format bar while it is being written on a phone. */
export function EditorPane(props: {
  readonly note: OpenNote;
  readonly isReadOnly: boolean;
  readonly cursors: readonly RemoteCursor[];
}) {
  const { editor, attach } = useEditor(props);
  return (
    <>
      <div ref={attach} className="editor" onBlur={() => props.note.flush()} />
      {editor !== null && <FormatBar editor={editor} />}
    </>
  );
}
