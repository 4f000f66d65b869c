import type * as Y from "yjs";
import { visibleItems } from "./visible-items.ts";

/** A stretch of the visible text that one client has typed. */
export interface Run {
  readonly client: number;
  /** In UTF-16 units, above 0. */
  readonly units: number;
}

/** Who wrote the visible text of `doc`: runs from its beginning to its end, no two neighbours of one client. */
export function authorship(doc: Y.Doc): readonly Run[] {
  const runs: { client: number; units: number }[] = [];
  for (const { id, length } of visibleItems(doc)) {
    const last = runs.at(-1);
    if (last?.client === id.client) last.units += length;
    else runs.push({ client: id.client, units: length });
  }
  return runs;
}
