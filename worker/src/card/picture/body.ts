// The lines below the title, as rows: what stands before a line in a slot as wide as a box, then its text.
import type { Line } from "@reed/card";
import { assertNever } from "../assert-never.ts";
import type { DraftLine } from "./draft.ts";
import { BOX_DONE, BOX_OPEN } from "./drawings.ts";
import { familyList } from "./families.ts";
import { box, column, drawing, type Node, row, words } from "./node.ts";
import { INK, INK_2, INK_3, RULE, SHADE, STRUCK } from "./palette.ts";
import { runNodes } from "./run-style.ts";
import { tableBox } from "./table.ts";
import { scaled, type Type } from "./type.ts";

const BODY_FONT = 36;
export const BODY_LINE = 46;
const SLOT = 36;
const SLOT_GAP = 20;
const INDENT = 46;
const DEEPEST = 3;
const CODE_FONT = 29;
const CODE_LINE = 40;

/** Rows for the lines; neighbours in code share one shaded box, rows of a table their columns. */
export function bodyRows(lines: readonly DraftLine[], type: Type): readonly Node[] {
  const rows: Node[] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index];
    if (line === undefined) break;
    const end = line.line.type === "code" || line.line.type === "row" ? endOfKind(lines, index) : index + 1;
    const together = lines.slice(index, end);
    if (line.line.type === "code") rows.push(codeBox(together, type));
    else if (line.line.type === "row") rows.push(tableBox(together, type));
    else rows.push(lineRow(line, type));
    index = end;
  }
  return rows;
}

/** After the last of the lines from `start` on that are of the same kind; a head begins a table of its own. */
function endOfKind(lines: readonly DraftLine[], start: number): number {
  const type = lines[start]?.line.type;
  const isOther = (line: DraftLine | undefined) =>
    line?.line.type !== type || (line?.line.type === "row" && line.line.isHead);
  let end = start + 1;
  while (end < lines.length && !isOther(lines[end])) end += 1;
  return end;
}

/** A line's runs as one inline text in the direction of the line. */
export function inlineText(line: DraftLine, type: Type, style: NonNullable<Node["style"]>): Node {
  return {
    ...box(
      {
        display: "block",
        flexGrow: 1,
        flexShrink: 1,
        minWidth: 0,
        textAlign: line.direction === "rtl" ? "right" : "left",
        direction: line.direction,
        ...style,
      },
      line.runs.flatMap((run) => runNodes(run, type)),
    ),
    dir: line.direction,
  };
}

function lineRow(line: DraftLine, type: Type): Node {
  const isLeft = line.direction === "ltr";
  const indent = Math.min(line.line.depth, DEEPEST) * scaled(INDENT, type);
  const slot = slotOf(line.line, type);
  return row(
    {
      flexDirection: isLeft ? "row" : "row-reverse",
      alignItems: "stretch",
      gap: scaled(SLOT_GAP, type),
      flexShrink: 0,
      ...(isLeft ? { paddingLeft: indent } : { paddingRight: indent }),
    },
    [...(slot === null ? [] : [slot]), inlineText(line, type, lineStyle(line.line, type))],
  );
}

function lineStyle(line: Line, type: Type): NonNullable<Node["style"]> {
  const text = {
    fontSize: scaled(BODY_FONT, type),
    lineHeight: `${scaled(BODY_LINE, type)}px`,
    color: INK,
    wordBreak: "break-word" as const,
  };
  if (line.type === "heading")
    return { ...text, fontWeight: 700, fontSize: scaled(line.level <= 2 ? 38 : BODY_FONT, type) };
  if (line.type === "quote") return { ...text, color: INK_2 };
  if (line.type === "task" && line.done) {
    return {
      ...text,
      color: INK_3,
      textDecoration: "line-through",
      textDecorationColor: STRUCK,
      textDecorationThickness: 3,
    };
  }
  return text;
}

/** What stands before the text: a box, a bullet, a number, the bar of a quote; null for nothing. */
function slotOf(line: Line, type: Type): Node | null {
  switch (line.type) {
    case "task":
      return drawing(line.done ? BOX_DONE : BOX_OPEN, scaled(SLOT, type), scaled(SLOT, type), {
        marginTop: scaled((BODY_LINE - SLOT) / 2, type),
      });
    case "item":
      if (line.number === null) {
        return row(
          {
            width: scaled(SLOT, type),
            height: scaled(BODY_LINE, type),
            flexShrink: 0,
            alignItems: "center",
            justifyContent: "center",
          },
          [box({ width: 11, height: 11, borderRadius: 6, backgroundColor: INK_2 })],
        );
      }
      return row(
        { minWidth: scaled(SLOT, type), height: scaled(BODY_LINE, type), flexShrink: 0, justifyContent: "flex-end" },
        [
          words(`${line.number}.`, {
            fontSize: scaled(BODY_FONT, type),
            lineHeight: `${scaled(BODY_LINE, type)}px`,
            color: INK_2,
            fontFamily: familyList("Text", type.fallbacks),
          }),
        ],
      );
    case "quote":
      return box({ width: 5, flexShrink: 0, borderRadius: 3, backgroundColor: RULE });
    case "heading":
    case "text":
    case "row":
    case "code":
      return null;
    default:
      return assertNever(line);
  }
}

function codeBox(lines: readonly DraftLine[], type: Type): Node {
  return column(
    { backgroundColor: SHADE, borderRadius: 14, padding: "12px 22px", flexShrink: 0, overflow: "hidden" },
    lines.map((line) =>
      words(line.runs.map((run) => run.text).join("") || " ", {
        fontSize: scaled(CODE_FONT, type),
        lineHeight: `${scaled(CODE_LINE, type)}px`,
        height: scaled(CODE_LINE, type),
        whiteSpace: "pre",
        color: INK,
        fontFamily: familyList("Mono", type.fallbacks),
      }),
    ),
  );
}
