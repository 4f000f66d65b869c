// How blocks look: headings, list items and their boxes, quotes, code, tables and rules.

import type { Line } from "@codemirror/state";
import { isOrdered, parseListLine } from "../list-line.ts";
import type { Drawing, SyntaxNode } from "./drawing.ts";
import { TaskBox } from "./task-box.ts";

/** Draws what `node` means for its lines within [from, to]. Nodes that are no blocks draw nothing. */
export function drawBlock(drawing: Drawing, node: SyntaxNode, from: number, to: number): void {
  const heading = /^ATXHeading([1-6])$/u.exec(node.name);
  if (heading !== null) return drawHeading(drawing, node, Number(heading[1]));
  switch (node.name) {
    case "ListItem":
      return drawListItem(drawing, node);
    case "Blockquote":
      return eachLine(drawing, node, from, to, (line) => drawing.line(line.from, { class: "reed-quote" }));
    case "QuoteMark":
      return drawing.syntax(node.from, withSpace(drawing, node.to), drawing.isLineTouched(node.from));
    case "FencedCode":
      return eachLine(drawing, node, from, to, (line, place) =>
        drawing.line(line.from, { class: `reed-code-line${place}` }),
      );
    case "Table":
      return eachLine(drawing, node, from, to, (line) => drawing.line(line.from, { class: "reed-table-line" }));
    case "HorizontalRule":
      if (!drawing.isLineTouched(node.from))
        drawing.line(drawing.state.doc.lineAt(node.from).from, { class: "reed-rule" });
  }
}

function drawHeading(drawing: Drawing, node: SyntaxNode, level: number): void {
  const line = drawing.state.doc.lineAt(node.from);
  drawing.line(line.from, { class: `reed-heading reed-heading-${Math.min(level, 3)}` });
  const isShown = drawing.isLineTouched(node.from);
  const [opening, closing] = node.getChildren("HeaderMark");
  if (opening !== undefined) drawing.syntax(opening.from, withSpace(drawing, opening.to), isShown);
  if (closing !== undefined && closing.from > node.from) drawing.syntax(closing.from, closing.to, isShown);
}

function drawListItem(drawing: Drawing, node: SyntaxNode): void {
  const line = drawing.state.doc.lineAt(node.from);
  const offset = node.from - line.from;
  // Inside a quote the line begins with the quote's marks.
  const start = line.text.slice(0, offset).trim() === "" ? line.from : node.from;
  const item = parseListLine(drawing.state.sliceDoc(start, line.to));
  if (item === null) return;
  const content = start + item.contentStart;
  const depth = Math.min(depthOf(node), 8);
  drawing.line(line.from, { class: "reed-item", style: `--reed-depth: ${depth}` });
  if (item.task !== null) {
    const label = drawing.state.sliceDoc(content, line.to).trim().slice(0, 200);
    drawing.replace(start, content, new TaskBox({ isDone: item.task.isDone, canTick: !drawing.state.readOnly, label }));
    if (item.task.isDone) drawing.mark(content, line.to, "reed-done");
    return;
  }
  drawing.replace(start, start + item.indent, null);
  drawing.mark(start + item.indent, content, isOrdered(item) ? "reed-number" : "reed-bullet");
}

/** How many lists the item's list is inside of. */
function depthOf(item: SyntaxNode): number {
  let depth = -1;
  for (let node: SyntaxNode | null = item; node !== null; node = node.parent)
    if (node.name.endsWith("List")) depth += 1;
  return Math.max(depth, 0);
}

function eachLine(
  drawing: Drawing,
  node: SyntaxNode,
  from: number,
  to: number,
  visit: (line: Line, place: string) => void,
): void {
  const { doc } = drawing.state;
  const first = doc.lineAt(Math.max(node.from, from)).number;
  const last = doc.lineAt(Math.min(node.to, to)).number;
  for (let number = first; number <= last; number += 1) {
    const line = doc.line(number);
    visit(line, `${line.from <= node.from ? " reed-first" : ""}${line.to >= node.to ? " reed-last" : ""}`);
  }
}

/** The end of the mark with the one space after it. */
function withSpace(drawing: Drawing, end: number): number {
  return drawing.state.sliceDoc(end, end + 1) === " " ? end + 1 : end;
}
