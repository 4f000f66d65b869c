// Who wrote the text of a version, as principals: a version outlives the document whose clients it was made of, and a client says
// nothing to a reader.
import { gunzipSync, gzipSync } from "node:zlib";
import { decodeUtf8, encodeUtf8 } from "@reed/bytes";
import type { Run } from "@reed/text";
import * as v from "valibot";

/** A stretch of text by one principal; `by` null: not known, or of more authors than are kept. */
export interface AuthorRun {
  readonly by: string | null;
  /** UTF-16 units. */
  readonly units: number;
}

/** So that a text made letter by letter of many hands fits a row beside its authors; 10 000 changes of hand are a note of pages. */
export const MAX_AUTHOR_RUNS = 10_000;

/** `runs` of clients as runs of principals, neighbours of one principal joined; above MAX_AUTHOR_RUNS the rest is by null. */
export function authorRunsOf(
  runs: readonly Run[],
  principalOf: (client: number) => string | null,
): readonly AuthorRun[] {
  const joined: { by: string | null; units: number }[] = [];
  for (const { client, units } of runs) {
    const by = joined.length < MAX_AUTHOR_RUNS - 1 ? principalOf(client) : null;
    const last = joined.at(-1);
    if (last?.by === by) last.units += units;
    else joined.push({ by, units });
  }
  return joined;
}

/** As many are named where versions are listed. */
const MAX_MAIN_AUTHORS = 20;

/** Who wrote, who wrote most first. */
export function mainAuthorsOf(runs: readonly AuthorRun[]): readonly string[] {
  const units = new Map<string, number>();
  for (const run of runs) if (run.by !== null) units.set(run.by, (units.get(run.by) ?? 0) + run.units);
  const sorted = [...units].toSorted(([left, most], [right, more]) => more - most || (left < right ? -1 : 1));
  return sorted.slice(0, MAX_MAIN_AUTHORS).map(([by]) => by);
}

/** The names that occur, and for each run an index into them and its units. */
const savedRuns = v.tuple([v.array(v.nullable(v.string())), v.array(v.tuple([v.number(), v.number()]))]);

export function saveAuthorRuns(runs: readonly AuthorRun[]): Uint8Array {
  const names = [...new Set(runs.map(({ by }) => by))];
  const indexes = new Map(names.map((name, index): [string | null, number] => [name, index]));
  const saved = [names, runs.map(({ by, units }) => [indexes.get(by), units])];
  return new Uint8Array(gzipSync(encodeUtf8(JSON.stringify(saved))));
}

/** Throws if the bytes are not what saveAuthorRuns has written. */
export function loadAuthorRuns(bytes: Uint8Array): readonly AuthorRun[] {
  const [names, runs] = v.parse(savedRuns, JSON.parse(decodeUtf8(new Uint8Array(gunzipSync(bytes)))));
  return runs.map(([index, units]) => ({ by: names[index] ?? null, units }));
}
