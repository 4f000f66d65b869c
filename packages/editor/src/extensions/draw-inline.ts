// How words look: bold, italic, struck, code and links. The marks around them show only while the caret touches them.

import { webAddress } from "../web-address.ts";
import type { Drawing, SyntaxNode } from "./drawing.ts";

const styles: Readonly<Record<string, { readonly class: string; readonly mark: string }>> = {
  StrongEmphasis: { class: "reed-strong", mark: "EmphasisMark" },
  Emphasis: { class: "reed-emphasis", mark: "EmphasisMark" },
  Strikethrough: { class: "reed-strike", mark: "StrikethroughMark" },
  InlineCode: { class: "reed-code", mark: "CodeMark" },
};

/** Draws an inline node; what is inside it is drawn by its own visit. Nodes that are not inline draw nothing. */
export function drawInline(drawing: Drawing, node: SyntaxNode): void {
  const style = styles[node.name];
  if (style !== undefined) {
    drawing.mark(node.from, node.to, style.class);
    const isShown = drawing.isTouched(node.from, node.to);
    for (const mark of node.getChildren(style.mark)) drawing.syntax(mark.from, mark.to, isShown);
    return;
  }
  const isBare = node.parent === null || !/^(?:Link|Image|Autolink|InlineCode)$/u.test(node.parent.name);
  switch (node.name) {
    case "Link":
    case "Image":
      return drawLink(drawing, node);
    case "Autolink":
      return drawAutolink(drawing, node);
    case "URL":
      if (isBare) drawAddress(drawing, node.from, node.to, node);
      return;
    case "Escape":
      return drawing.syntax(node.from, node.from + 1, drawing.isTouched(node.from, node.to));
    case "CodeMark":
    case "CodeInfo":
    case "TableDelimiter":
      if (isBare) drawing.mark(node.from, node.to, "reed-syntax");
  }
}

/** [words](address) and ![words](address). Without an address, brackets are just brackets. */
function drawLink(drawing: Drawing, node: SyntaxNode): void {
  const [open, close] = node.getChildren("LinkMark");
  const url = node.getChild("URL");
  if (open === undefined || close === undefined || url === null) return;
  const isShown = drawing.isTouched(node.from, node.to) || open.to === close.from;
  drawing.syntax(open.from, open.to, isShown);
  drawing.syntax(close.from, node.to, isShown);
  drawAddress(drawing, open.to, close.from, url);
}

function drawAutolink(drawing: Drawing, node: SyntaxNode): void {
  const url = node.getChild("URL");
  if (url === null) return;
  const isShown = drawing.isTouched(node.from, node.to);
  drawing.syntax(node.from, url.from, isShown);
  drawing.syntax(url.to, node.to, isShown);
  drawAddress(drawing, url.from, url.to, url);
}

function drawAddress(drawing: Drawing, from: number, to: number, url: SyntaxNode): void {
  const address = webAddress(drawing.state.sliceDoc(url.from, url.to));
  if (address !== null) drawing.link(from, to, address);
}
