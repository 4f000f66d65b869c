// Copying to the clipboard where it may be refused: in frames, without a recent click, in old browsers.

export type CopyResult =
  | { readonly type: "copied" }
  /** Show the text in a field, selected, so that the person can copy it. */
  | { readonly type: "refused"; readonly text: string };

/** Copies a text that may still be on its way. Rejects only when `text` does. */
export async function copyText(text: string | Promise<string>): Promise<CopyResult> {
  try {
    if (typeof text === "string" || typeof ClipboardItem !== "function")
      await navigator.clipboard.writeText(await text);
    else await navigator.clipboard.write([new ClipboardItem({ "text/plain": plainBlob(text) })]);
    await text;
    return { type: "copied" };
  } catch {
    return { type: "refused", text: await text };
  }
}

/** Safari allows copying after an await only through a promise that was handed over during the click. */
function plainBlob(text: Promise<string>): Promise<Blob> {
  const blob = text.then((whole) => new Blob([whole], { type: "text/plain" }));
  // A clipboard that refuses at once never looks at it; that `text` failed is said where `text` itself is awaited.
  blob.catch(() => undefined);
  return blob;
}
