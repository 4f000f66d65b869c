// A table as the picture shows it: columns as wide as their words ask for, one line a row, a rule under each.
import { textOf } from "@reed/card";
import type { DraftLine } from "./draft.ts";
import { box, column, type Node, row } from "./node.ts";
import { INK, INK_2, TRACK } from "./palette.ts";
import { runNodes } from "./run-style.ts";
import { scaled, type Type } from "./type.ts";

const ROW_HEIGHT = 54;
const CELL_FONT = 32;
const HEAD_FONT = 27;
const COLUMN_GAP = 32;
/** Columns that are drawn: more are too narrow to read. */
const MOST_COLUMNS = 5;
const NARROWEST = 4;
const WIDEST = 26;

export function tableBox(lines: readonly DraftLine[], type: Type): Node {
  const rows = lines.flatMap(({ line, direction }) => (line.type === "row" ? [{ ...line, drawn: direction }] : []));
  const widths = Array.from({ length: Math.min(MOST_COLUMNS, rows[0]?.cells.length ?? 0) }, (_, index) =>
    Math.max(NARROWEST, ...rows.map(({ cells }) => Math.min(WIDEST, textOf(cells[index] ?? []).length))),
  );
  const isRight = rows[0]?.drawn === "rtl";
  return column(
    { flexShrink: 0, marginTop: 2, marginBottom: 6 },
    rows.map(({ cells, isHead }) =>
      row(
        {
          flexDirection: isRight ? "row-reverse" : "row",
          height: scaled(ROW_HEIGHT, type),
          alignItems: "center",
          gap: COLUMN_GAP,
          borderBottomWidth: isHead ? 3 : 2,
          borderBottomStyle: "solid",
          borderBottomColor: TRACK,
        },
        widths.map((width, index) =>
          box(
            { flexGrow: width, flexShrink: 1, flexBasis: 0, minWidth: 0, overflow: "hidden" },
            (cells[index] ?? []).length === 0
              ? []
              : [
                  {
                    ...box(
                      {
                        display: "block",
                        flexGrow: 1,
                        minWidth: 0,
                        fontSize: scaled(isHead ? HEAD_FONT : CELL_FONT, type),
                        lineHeight: `${scaled(ROW_HEIGHT - 8, type)}px`,
                        color: isHead ? INK_2 : INK,
                        fontWeight: isHead ? 700 : 400,
                        whiteSpace: "nowrap",
                        overflow: "hidden",
                        textOverflow: "ellipsis",
                        textAlign: isRight ? "right" : "left",
                      },
                      (cells[index] ?? []).flatMap((run) => runNodes(run, type)),
                    ),
                    dir: isRight ? ("rtl" as const) : ("ltr" as const),
                  },
                ],
          ),
        ),
      ),
    ),
  );
}
