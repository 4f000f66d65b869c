// The page comes with the note's text as plain HTML, so that it can be read before, and without, any script. The app shows the
// same elements inside the sheet until the note itself is loaded, so nothing blinks.

const id = "reed-text";

/** Takes the server's text off the page; a second call finds nothing. */
export function takeServerText(): DocumentFragment | null {
  const element = document.getElementById(id);
  if (element === null) return null;
  const text = document.createDocumentFragment();
  text.append(...element.childNodes);
  element.remove();
  return text;
}

export function removeServerText(): void {
  document.getElementById(id)?.remove();
}
