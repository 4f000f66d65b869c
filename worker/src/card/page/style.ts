// What the page's text has of its own beside the app's styles: tables, and how it is printed. `.reed-text` is where the app shows the
// same elements until the note is loaded: nothing may jump.
import { trusted } from "./markup.ts";

export const PAGE_STYLE = trusted(`<style>
:is(#reed-text, .reed-text) .wide { overflow-x: auto; }
:is(#reed-text, .reed-text) table { border-collapse: collapse; }
:is(#reed-text, .reed-text) :is(th, td) { padding: .3em 1em .3em 0; border-bottom: 1px solid rgb(127 127 127 / 35%); text-align: start; vertical-align: top; }
:is(#reed-text, .reed-text) blockquote { margin-inline: 0; padding-inline-start: 1em; border-inline-start: 3px solid rgb(127 127 127 / 45%); }
@media print {
body > :not(#reed-text):has(~ #reed-text, #reed-text), #root:empty { display: none; }
#reed-text { margin: 0; padding: 0; min-height: 0; box-shadow: none; background: none; color: #000; }
#reed-text :is(pre, blockquote, li, tr) { break-inside: avoid; }
#reed-text :is(h1, h2, h3) { break-after: avoid; }
}
</style>`);
