// The Markdown that notes are written in: CommonMark and GFM, less what surprises people who don't know Markdown. Typing "---"
// under a line must not turn it into a heading, an indented line is not code, and angle brackets are text. Only the base parser
// is used: lang-markdown's own `markdown()` would bring the HTML, CSS and JavaScript languages along.

import { markdownLanguage } from "@codemirror/lang-markdown";
import { Language, languageDataProp } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { GFM, parser } from "@lezer/markdown";

const noteParser = parser.configure([
  GFM,
  {
    remove: ["SetextHeading", "IndentedCode", "HTMLBlock", "HTMLTag", "LinkReference"],
    // The same data facet as lang-markdown's language, so that its list commands take this for Markdown.
    props: [languageDataProp.add({ Document: markdownLanguage.data })],
  },
]);

const noteLanguage = new Language(markdownLanguage.data, noteParser, [], "markdown");

/** The language of a note. The syntax tree is the one `liveMarkdown` draws from. */
export function noteMarkdown(): Extension {
  return noteLanguage.extension;
}
