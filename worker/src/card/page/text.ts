// A note's text as HTML for readers without JavaScript, screen readers and crawlers: every block in the direction of its own
// first letter, as in the app.
import {
  type Block,
  blocksOf,
  type Direction,
  directionOf,
  type ListItem,
  type Run,
  type Table,
  textOf,
} from "@reed/card";
import { assertNever } from "../assert-never.ts";
import { markup, type Markup, type MarkupValue } from "./markup.ts";

export function noteText(text: string): Markup {
  return markup`${[...blocksOf(text)].map((block) => markup`${blockMarkup(block)}\n`)}`;
}

function blockMarkup(block: Block): Markup {
  switch (block.type) {
    case "heading":
      return heading(block.level, runsMarkup(block.runs));
    case "paragraph":
      return markup`<p dir="auto">${runsMarkup(block.runs)}</p>`;
    case "quote":
      return markup`<blockquote dir="${blocksDirection(block.blocks)}">${block.blocks.map(blockMarkup)}</blockquote>`;
    case "list": {
      const items = block.items.map(itemMarkup);
      const direction = blocksDirection([block]);
      if (block.start === null) return markup`<ul dir="${direction}">${items}</ul>`;
      return block.start === 1
        ? markup`<ol dir="${direction}">${items}</ol>`
        : markup`<ol dir="${direction}" start="${block.start}">${items}</ol>`;
    }
    case "code":
      return markup`<pre dir="ltr"><code>${block.text}</code></pre>`;
    case "table":
      return table(block);
    case "rule":
      return markup`<hr>`;
    default:
      return assertNever(block);
  }
}

/** The first paragraph of an item stands in the item itself, beside its box. */
function itemMarkup(item: ListItem): Markup {
  const [first, ...rest] = item.blocks;
  const lead = first?.type === "paragraph" ? runsMarkup(first.runs) : first === undefined ? null : blockMarkup(first);
  const direction = first?.type === "paragraph" ? "auto" : blocksDirection(item.blocks);
  return markup`<li dir="${direction}">${item.done === null ? lead : task(item.done, lead)}${rest.map(blockMarkup)}</li>`;
}

/** Of an element that holds blocks only: `auto` looks at none that has a direction of its own, so it would always be ltr. */
function blocksDirection(blocks: readonly Block[]): Direction {
  return firstDirection(blocks) ?? "ltr";
}

/** That of the first letter; code has none. */
function firstDirection(blocks: readonly Block[]): Direction | null {
  for (const block of blocks) {
    const direction = blockDirection(block);
    if (direction !== null) return direction;
  }
  return null;
}

function blockDirection(block: Block): Direction | null {
  switch (block.type) {
    case "heading":
    case "paragraph":
      return directionOf(textOf(block.runs));
    case "quote":
      return firstDirection(block.blocks);
    case "list":
      return firstDirection(block.items.flatMap(({ blocks }) => blocks));
    case "table":
      return directionOf([block.head, ...block.rows].flat().map(textOf).join(" "));
    case "code":
    case "rule":
      return null;
    default:
      return assertNever(block);
  }
}

function task(isDone: boolean, lead: MarkupValue): Markup {
  return isDone
    ? markup`<label><input type="checkbox" disabled checked> ${lead}</label>`
    : markup`<label><input type="checkbox" disabled> ${lead}</label>`;
}

function table({ head, rows }: Table): Markup {
  const names = head.map((cell) => markup`<th scope="col">${runsMarkup(cell)}</th>`);
  const lines = rows.map((cells) => markup`<tr>${cells.map((cell) => markup`<td>${runsMarkup(cell)}</td>`)}</tr>`);
  return markup`<div class="wide"><table dir="auto"><thead><tr>${names}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

function heading(level: number, content: MarkupValue): Markup {
  switch (level) {
    case 1:
      return markup`<h1 dir="auto">${content}</h1>`;
    case 2:
      return markup`<h2 dir="auto">${content}</h2>`;
    case 3:
      return markup`<h3 dir="auto">${content}</h3>`;
    case 4:
      return markup`<h4 dir="auto">${content}</h4>`;
    case 5:
      return markup`<h5 dir="auto">${content}</h5>`;
    default:
      return markup`<h6 dir="auto">${content}</h6>`;
  }
}

function runsMarkup(runs: readonly Run[]): MarkupValue {
  return runs.map(runMarkup);
}

function runMarkup(run: Run): Markup {
  const lines = run.text.split("\n").map((line, index) => (index === 0 ? markup`${line}` : markup`<br>${line}`));
  let content = markup`${lines}`;
  if (run.marks.includes("code")) content = markup`<code>${content}</code>`;
  if (run.marks.includes("strike")) content = markup`<s>${content}</s>`;
  if (run.marks.includes("em")) content = markup`<em>${content}</em>`;
  if (run.marks.includes("strong")) content = markup`<strong>${content}</strong>`;
  return run.link === undefined
    ? content
    : markup`<a href="${run.link}" rel="noopener noreferrer nofollow">${content}</a>`;
}
