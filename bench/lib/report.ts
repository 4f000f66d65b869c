// The final table: medians, how far the runs lie apart, Reed against the rest, and which promises hold.
import { type Contestant, type Part, PEERS, type Pledge, type RowSpec } from "./part.ts";
import { digits, summarize } from "./stats.ts";

const COLUMNS: readonly Contestant[] = ["reed", "relay", "y-partyserver", "y-websocket", "hocuspocus"];

export type Recorded = ReadonlyMap<string, ReadonlyMap<Contestant, readonly number[]>>;

export interface Verdict {
  readonly row: string;
  readonly over: string;
  readonly ratio: number;
  readonly limit: number;
  readonly isMet: boolean;
}

export const rowKey = (part: Part, key: string): string => `${part.letter}.${key}`;

const medianOf = (recorded: Recorded, row: string, contestant: Contestant): number =>
  summarize(recorded.get(row)?.get(contestant) ?? []).median;

export function verdictsOf(part: Part, recorded: Recorded): readonly Verdict[] {
  return part.rows.flatMap((row) => (row.promises ?? []).map((pledge) => verdictOf(part, row, pledge, recorded)));
}

function verdictOf(part: Part, row: RowSpec, pledge: Pledge, recorded: Recorded): Verdict {
  const ours = medianOf(recorded, rowKey(part, row.key), "reed");
  const theirs = denominator(part, row, pledge, recorded);
  const ratio = ours / theirs;
  const isMet = row.better === "more" ? ratio >= pledge.limit : ratio <= pledge.limit;
  return { row: row.title, over: pledge.over, ratio, limit: pledge.limit, isMet };
}

function denominator(part: Part, row: RowSpec, { over, row: other }: Pledge, recorded: Recorded): number {
  if (over === "one") return 1;
  const key = rowKey(part, other ?? row.key);
  if (over !== "best peer") return medianOf(recorded, key, over);
  const all = PEERS.map((peer) => medianOf(recorded, key, peer)).filter(Number.isFinite);
  return all.length === 0 ? Number.NaN : row.better === "more" ? Math.max(...all) : Math.min(...all);
}

/** Markdown. */
export function tableOf(parts: readonly Part[], recorded: Recorded): string {
  const lines: string[] = [];
  for (const part of parts) {
    const extra = new Set<Contestant>();
    for (const row of part.rows)
      for (const contestant of recorded.get(rowKey(part, row.key))?.keys() ?? [])
        if (!COLUMNS.includes(contestant)) extra.add(contestant);
    const columns = [...COLUMNS, ...extra].filter((contestant) =>
      part.rows.some((row) => recorded.get(rowKey(part, row.key))?.has(contestant)),
    );
    if (columns.length === 0) continue;
    lines.push(`\n### (${part.letter}) ${part.title}\n`);
    lines.push(`| | ${columns.join(" | ")} | promise |`, `|---|${columns.map(() => "--:").join("|")}|---|`);
    for (const row of part.rows) {
      const key = rowKey(part, row.key);
      if (!recorded.has(key)) continue;
      const cells = columns.map((contestant) => cellOf(recorded.get(key)?.get(contestant) ?? []));
      lines.push(
        `| ${row.title}${row.unit === "" ? "" : `, ${row.unit}`} | ${cells.join(" | ")} | ${pledgesOf(part, row, recorded)} |`,
      );
    }
  }
  return lines.join("\n");
}

function cellOf(runs: readonly number[]): string {
  const { median, min, max } = summarize(runs);
  if (!Number.isFinite(median)) return "–";
  return runs.length > 1 && digits(min) !== digits(max)
    ? `${digits(median)} (${digits(min)}–${digits(max)})`
    : digits(median);
}

function pledgesOf(part: Part, row: RowSpec, recorded: Recorded): string {
  return (row.promises ?? [])
    .map((pledge) => {
      const { ratio, limit, isMet } = verdictOf(part, row, pledge, recorded);
      if (!Number.isFinite(ratio)) return "not measured";
      const sign = row.better === "more" ? "≥" : "≤";
      const [number, bound] =
        pledge.over === "one"
          ? [digits(ratio), digits(limit)]
          : [`${digits(ratio)}x`, `${digits(limit)}x ${pledge.over}`];
      return `${isMet ? "met" : "**missed**"}: ${number} (${sign} ${bound})`;
    })
    .join("; ");
}
