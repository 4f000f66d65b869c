import type { Editor } from "@reed/editor";
import { useSyncExternalStore } from "react";
import { UndoIcon } from "../../ui/icons.tsx";
import { formatItems } from "./format-items.tsx";
import { useKeyboardInset } from "./keyboard-inset.ts";

/** Above the on-screen keyboard, while the text is being written. Pressing a button leaves the focus, and the keyboard, alone. */
export function FormatBar({ editor }: { readonly editor: Editor }) {
  const { isWriting, formats, canUndo } = useSyncExternalStore(editor.subscribe, editor.snapshot);
  useKeyboardInset(isWriting);
  if (!isWriting) return null;
  return (
    <div
      className="format-bar"
      role="toolbar"
      aria-label="Format"
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {formatItems.map(({ format, name, icon }) => (
        <button
          key={format}
          type="button"
          aria-label={name}
          aria-pressed={format === "link" ? undefined : formats.includes(format)}
          onClick={() => editor.format(format)}
        >
          {icon}
        </button>
      ))}
      <button type="button" aria-label="Undo" disabled={!canUndo} onClick={() => editor.undo()}>
        <UndoIcon />
      </button>
    </div>
  );
}
