// How text is shown before there is an editor for it: the title as the editor sets it, the rest as it was written.

/** More than anybody reads before the document is there; laying out a whole megabyte would only delay it. */
const MOST_SHOWN = 20_000;

const TITLE = /^\s*(?:#{1,6}[ \t]+)?(\S[^\n]*)\n?/u;

/** `title`: the first line that is not empty, without its mark; `rest`: what follows it. */
export function previewOf(text: string): { readonly title: string; readonly rest: string } {
  const shown = text.slice(0, MOST_SHOWN).toWellFormed();
  const match = TITLE.exec(shown);
  return match === null ? { title: "", rest: "" } : { title: match[1] ?? "", rest: shown.slice(match[0].length) };
}
