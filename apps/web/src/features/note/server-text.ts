// The page comes with the note's text as plain HTML, so that it can be read before, and without, any script. The app shows the
// same elements inside the sheet until the note itself is loaded, so nothing blinks.

const id = "reed-text";

interface ServerText {
  readonly elements: DocumentFragment;
  /** Of the text, as a BCP 47 tag; null where the server could not tell. */
  readonly language: string | null;
}

let taken: (ServerText & { readonly noteId: string }) | null = null;

/** The elements of the server's text, taken off the page; null when the page came without one, or with another note's. */
export function takeServerText(noteId: string): ServerText | null {
  const element = document.getElementById(id);
  if (element !== null) {
    // Only the page's first note can have come with it.
    taken = { noteId, elements: document.createDocumentFragment(), language: element.getAttribute("lang") };
    taken.elements.append(...element.childNodes);
    element.remove();
  }
  return taken?.noteId === noteId ? taken : null;
}

export function removeServerText(): void {
  document.getElementById(id)?.remove();
}
