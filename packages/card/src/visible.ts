// What of a text may be shown outside the editor. Everything in the model has passed here, so no reader of the model has
// to think of lone surrogates, control characters, or overrides that make text read differently from what it says.

const SEPARATORS = /[\t\u2028\u2029]/g;
// Controls but for line feed, bidi embeddings, overrides and isolates, byte order mark, annotations, noncharacters.
const HIDDEN = /[[\p{Cc}--\n]\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB\p{Noncharacter_Code_Point}]/gv;
const STACKED_MARKS = /(\p{M}{6})\p{M}+/gu;

/** Well-formed Unicode without hidden characters; line feeds stay. */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(SEPARATORS, " ").replace(HIDDEN, "").replace(STACKED_MARKS, "$1");
}

/** The same on one line: every run of white space is one space, none at the ends. */
export function oneLine(text: string): string {
  return visibleText(text).replace(/\s+/gu, " ").trim();
}
