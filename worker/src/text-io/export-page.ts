// A note as one HTML file that stands alone: no script, nothing fetched, and fit to be printed.
import { noteText } from "../card/page/text.ts";
import { markup, trusted } from "../card/page/markup.ts";

const STYLE = trusted(`<style>
:root { color-scheme: light dark; }
body { margin: 2.5rem auto; padding: 0 1rem; max-width: 42rem; font: 1rem/1.6 "Atkinson Hyperlegible Next", system-ui, sans-serif; overflow-wrap: break-word; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; break-after: avoid; }
pre { padding: 0.75rem; overflow-x: auto; white-space: pre-wrap; background: rgb(127 127 127 / 12%); }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid rgb(127 127 127 / 50%); }
li > label > input { margin-inline: 0 0.35rem; }
footer { margin-top: 3rem; font-size: 0.8rem; opacity: 0.7; }
@media print {
  body { margin: 0; max-width: none; }
  pre, blockquote, li { break-inside: avoid; }
  a::after { content: " (" attr(href) ")"; font-size: 0.8em; overflow-wrap: anywhere; }
}
</style>
`);

export interface ExportPage {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  /** When the text was last changed; null for a note that never had any. */
  readonly updatedAt: string | null;
}

export function exportPage({ title, text, updatedAt }: ExportPage): string {
  const page = markup`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Reed">
<title>${title === "" ? "Empty note" : title}</title>
${STYLE}</head>
<body>
<main>
${noteText(text)}
</main>
${updatedAt === null ? null : markup`<footer>Last changed <time datetime="${updatedAt}">${updatedAt.slice(0, 16).replace("T", " ")} UTC</time></footer>\n`}</body>
</html>
`;
  return page.toString();
}
