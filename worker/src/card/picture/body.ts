// The lines below the title, as rows: what stands before a line in a slot as wide as a box, then its text.
import type { Line, Run } from "@reed/card";
import { assertNever } from "../assert-never.ts";
import type { Face } from "../fonts/slice.ts";
import { type DraftLine, leadFace } from "./draft.ts";
import { BOX_DONE, BOX_OPEN } from "./drawings.ts";
import { familyList } from "./families.ts";
import { box, column, drawing, type Node, row, words } from "./node.ts";
import { INK, INK_2, INK_3, RULE, SHADE, STRUCK } from "./palette.ts";

const BODY_FONT = 36;
export const BODY_LINE = 46;
const SLOT = 36;
const SLOT_GAP = 20;
const INDENT = 46;
const DEEPEST = 3;
const CODE_FONT = 29;
const CODE_LINE = 40;

/** Rows for the lines; neighbours in code share one shaded box. */
export function bodyRows(lines: readonly DraftLine[], fallbacks: readonly Face[]): readonly Node[] {
  const rows: Node[] = [];
  let code: DraftLine[] = [];
  for (const line of lines) {
    if (line.line.type !== "code" && code.length > 0) {
      rows.push(codeBox(code, fallbacks));
      code = [];
    }
    if (line.line.type === "code") code.push(line);
    else rows.push(lineRow(line, fallbacks));
  }
  if (code.length > 0) rows.push(codeBox(code, fallbacks));
  return rows;
}

/** A line's runs as one inline text in the direction of the line. */
export function inlineText(line: DraftLine, fallbacks: readonly Face[], style: NonNullable<Node["style"]>): Node {
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
      line.runs.map((run) => words(run.text, runStyle(run, fallbacks))),
    ),
    dir: line.direction,
  };
}

function lineRow(line: DraftLine, fallbacks: readonly Face[]): Node {
  const isLeft = line.direction === "ltr";
  const indent = Math.min(line.line.depth, DEEPEST) * INDENT;
  const slot = slotOf(line.line, fallbacks);
  return row(
    {
      flexDirection: isLeft ? "row" : "row-reverse",
      alignItems: "stretch",
      gap: SLOT_GAP,
      flexShrink: 0,
      ...(isLeft ? { paddingLeft: indent } : { paddingRight: indent }),
    },
    [...(slot === null ? [] : [slot]), inlineText(line, fallbacks, lineStyle(line.line))],
  );
}

function lineStyle(line: Line): NonNullable<Node["style"]> {
  const text = { fontSize: BODY_FONT, lineHeight: `${BODY_LINE}px`, color: INK, wordBreak: "break-word" as const };
  if (line.type === "heading") return { ...text, fontWeight: 700, fontSize: line.level <= 2 ? 38 : BODY_FONT };
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
function slotOf(line: Line, fallbacks: readonly Face[]): Node | null {
  switch (line.type) {
    case "task":
      return drawing(line.done ? BOX_DONE : BOX_OPEN, SLOT, SLOT, { marginTop: (BODY_LINE - SLOT) / 2 });
    case "item":
      if (line.number === null) {
        return row({ width: SLOT, height: BODY_LINE, flexShrink: 0, alignItems: "center", justifyContent: "center" }, [
          box({ width: 11, height: 11, borderRadius: 6, backgroundColor: INK_2 }),
        ]);
      }
      return row({ minWidth: SLOT, height: BODY_LINE, flexShrink: 0, justifyContent: "flex-end" }, [
        words(`${line.number}.`, {
          fontSize: BODY_FONT,
          lineHeight: `${BODY_LINE}px`,
          color: INK_2,
          fontFamily: familyList("Text", fallbacks),
        }),
      ]);
    case "quote":
      return box({ width: 5, flexShrink: 0, borderRadius: 3, backgroundColor: RULE });
    case "heading":
    case "text":
    case "code":
      return null;
    default:
      return assertNever(line);
  }
}

function codeBox(lines: readonly DraftLine[], fallbacks: readonly Face[]): Node {
  return column(
    { backgroundColor: SHADE, borderRadius: 14, padding: "12px 22px", flexShrink: 0, overflow: "hidden" },
    lines.map((line) =>
      words(line.runs.map((run) => run.text).join("") || " ", {
        fontSize: CODE_FONT,
        lineHeight: `${CODE_LINE}px`,
        height: CODE_LINE,
        whiteSpace: "pre",
        color: INK,
        fontFamily: familyList("Mono", fallbacks),
      }),
    ),
  );
}

function runStyle(run: Run, fallbacks: readonly Face[]): NonNullable<Node["style"]> {
  const isCode = run.marks.includes("code");
  return {
    display: "inline",
    fontFamily: familyList(leadFace(run), fallbacks),
    ...(run.marks.includes("strong") ? { fontWeight: 700 } : {}),
    ...(run.marks.includes("em") ? { fontStyle: "italic" } : {}),
    ...(run.marks.includes("strike") ? { textDecoration: "line-through", color: INK_3 } : {}),
    ...(isCode ? { backgroundColor: SHADE, fontSize: "0.88em", borderRadius: 8, padding: "3px 8px" } : {}),
    ...(run.link === undefined || isCode
      ? {}
      : { textDecoration: "underline", textDecorationColor: RULE, textDecorationThickness: 3 }),
  };
}
