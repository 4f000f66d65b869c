import { previewOf } from "./preview.ts";

/** The text of a snapshot in the editor's place, to be read while the document is on its way. Nothing can be typed into it. */
export function PreviewPane({ text }: { readonly text: string }) {
  const { title, rest } = previewOf(text);
  return (
    <section className="preview" aria-label="Note, loading">
      {title !== "" && (
        <p className="preview-title" dir="auto">
          {title}
        </p>
      )}
      {rest}
    </section>
  );
}
