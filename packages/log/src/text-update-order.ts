// Whether Yjs can integrate every struct of an update at once. Yjs takes a client's structs in the order of their clocks and
// goes to another client's when an origin is missing; what it can't finish it keeps as pending, invisible, and applies when
// the missing part turns up. Here is the same walk over the needs alone. Each need is met once and each step down is undone by
// a need that was met, so the walk is linear.
import type { ClientRun, OriginNeed } from "./text-update-decode.ts";

interface Cursor {
  readonly run: ClientRun;
  /** Index of the first of `run.needs` that is not known to be met. */
  next: number;
  isOnWalk: boolean;
}

/**
 * True if each need of `runs` lies below `vector`, or in a struct of `runs` that integrates before the one that needs it.
 * Each run must start at its client's clock in `vector`.
 */
export function integratesWhole(runs: readonly ClientRun[], vector: ReadonlyMap<number, number>): boolean {
  const cursors = new Map(runs.map((run): [number, Cursor] => [run.client, { run, next: 0, isOnWalk: false }]));
  const isMet = (need: OriginNeed): boolean =>
    need.clock < Math.max(vector.get(need.client) ?? 0, reached(cursors.get(need.client)));
  for (const first of cursors.values()) {
    const walk = [first];
    for (let top = walk.at(-1); top !== undefined; top = walk.at(-1)) {
      const need = top.run.needs[top.next];
      if (need !== undefined && !isMet(need)) {
        const target = cursors.get(need.client);
        // One that is on the walk already waits for this one: a circle.
        if (target === undefined || target.isOnWalk || need.clock >= target.run.end) return false;
        top.isOnWalk = true;
        walk.push(target);
        continue;
      }
      if (need !== undefined) top.next += 1;
      // Not the whole run at once, only until the one beneath has what it needs.
      if (need === undefined || walk.length > 1) {
        top.isOnWalk = false;
        walk.pop();
      }
    }
  }
  return true;
}

/** The clock below which this client's structs of the update are integrated. */
function reached(cursor: Cursor | undefined): number {
  if (cursor === undefined) return 0;
  return cursor.run.needs[cursor.next]?.at ?? cursor.run.end;
}
