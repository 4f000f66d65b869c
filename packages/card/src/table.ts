// A table of GitHub's Markdown as rows of cells. Short rows are filled up, long ones cut: a table has as many columns as its head.
import type { Table as MdastTable } from "mdast";
import type { Table } from "./block.ts";
import { TABLE_COLUMNS } from "./limits.ts";
import { runsOf } from "./phrasing.ts";

export function tableOf(node: MdastTable): Table {
  const [head, ...rows] = node.children.map((row) =>
    row.children.slice(0, TABLE_COLUMNS).map((cell) => runsOf(cell.children)),
  );
  const columns = head?.length ?? 0;
  return {
    type: "table",
    head: head ?? [],
    rows: rows.map((row) => Array.from({ length: columns }, (_, index) => row[index] ?? [])),
  };
}
