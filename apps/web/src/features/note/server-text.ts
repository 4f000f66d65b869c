// The page comes with the note's text as plain HTML, so that it can be read before, and without, any script. The app shows the
// same elements inside the sheet until the note itself is loaded, so nothing blinks.

const id = "reed-text";
let taken: { readonly noteId: string; readonly text: DocumentFragment } | null = null;

/** The elements of the server's text, taken off the page; null when the page came without one, or with another note's. */
export function takeServerText(noteId: string): DocumentFragment | null {
  const element = document.getElementById(id);
  if (element !== null) {
    // Only the page's first note can have come with it.
    taken = { noteId, text: document.createDocumentFragment() };
    taken.text.append(...element.childNodes);
    element.remove();
  }
  return taken?.noteId === noteId ? taken.text : null;
}

export function removeServerText(): void {
  document.getElementById(id)?.remove();
}
