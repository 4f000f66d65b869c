// Markdown's inline nodes to runs. Whatever is not text in the model (raw HTML, pictures) becomes the words that stand for it.
import type { PhrasingContent } from "mdast";
import { assertNever } from "./assert-never.ts";
import { linkify, safeLink } from "./link.ts";
import { joinRuns, type Mark, type Run } from "./run.ts";
import { visibleText } from "./visible.ts";

interface Style {
  readonly marks: readonly Mark[];
  readonly link?: string | undefined;
}

const PLAIN: Style = { marks: [] };
const MARK_ORDER: readonly Mark[] = ["strong", "em", "strike", "code"];

export function runsOf(nodes: readonly PhrasingContent[]): readonly Run[] {
  return joinRuns(nodes.flatMap((node) => nodeRuns(node, PLAIN)));
}

/** Text that was typed and not parsed; addresses in it are links all the same. */
export function plainRuns(text: string): readonly Run[] {
  return joinRuns(textRuns(text, PLAIN));
}

function nodeRuns(node: PhrasingContent, style: Style): readonly Run[] {
  switch (node.type) {
    case "strong":
      return childRuns(node.children, marked(style, "strong"));
    case "emphasis":
      return childRuns(node.children, marked(style, "em"));
    case "delete":
      return childRuns(node.children, marked(style, "strike"));
    case "inlineCode":
      return [{ ...marked(style, "code"), text: visibleText(node.value) }];
    case "link":
      return childRuns(node.children, { ...style, link: safeLink(node.url) });
    case "linkReference":
      return childRuns(node.children, style);
    case "image":
      return [{ ...style, text: visibleText(node.alt ?? "") }];
    case "imageReference":
      return [{ ...style, text: visibleText(node.alt ?? node.label ?? "") }];
    case "break":
      return [{ ...style, text: "\n" }];
    case "footnoteReference":
      return [];
    case "text":
    case "html":
      return textRuns(node.value, style);
    default:
      return assertNever(node);
  }
}

function childRuns(nodes: readonly PhrasingContent[], style: Style): readonly Run[] {
  return nodes.flatMap((node) => nodeRuns(node, style));
}

function textRuns(text: string, style: Style): readonly Run[] {
  const visible = visibleText(text);
  if (style.link !== undefined) return [{ ...style, text: visible }];
  return linkify(visible).map((piece) => ({ ...style, ...piece }));
}

function marked(style: Style, mark: Mark): Style {
  return { ...style, marks: MARK_ORDER.filter((known) => known === mark || style.marks.includes(known)) };
}
