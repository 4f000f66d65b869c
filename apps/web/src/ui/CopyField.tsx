import { useEffect, useRef } from "react";

/** Text to copy by hand, selected, where the clipboard was refused. */
export function CopyField({ label, text }: { readonly label: string; readonly text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [text]);
  return (
    <label className="copy-field">
      <span>{label}</span>
      <textarea
        ref={field}
        className="field"
        readOnly
        rows={text.includes("\n") ? 5 : 2}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
    </label>
  );
}
