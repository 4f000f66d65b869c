// What of a text edit somebody does not have yet. The log refuses a clock of a Yjs client that it holds already, and with it all
// that waits, so an edit that comes twice is handed on once.
import * as Y from "yjs";
import type { Opening } from "../engine/engine.ts";

/** An update that says nothing: no clients, no deletions. */
const EMPTY_BYTES = 2;

/**
 * The part of `update` (V1) whose structs are not below `clockOf` their client, with its deletions, which may be said again;
 * null where nothing is left.
 */
export function whatIsNew(update: Uint8Array, clockOf: (client: number) => number): Uint8Array | null {
  const { from } = Y.parseUpdateMeta(update);
  const known = new Map([...from.keys()].map((client): [number, number] => [client, clockOf(client)]));
  const isOverlap = [...from].some(([client, clock]) => clock < (known.get(client) ?? 0));
  const rest = isOverlap ? Y.diffUpdate(update, Y.encodeStateVector(known)) : update;
  return rest.length <= EMPTY_BYTES ? null : rest;
}

/** The next clock of each client that the log and what waits for it hold, also where what an edit stands on is still to come. */
export function clocksOf({ document, updates }: Opening): ReadonlyMap<number, number> {
  const clocks = document === null ? new Map<number, number>() : Y.parseUpdateMetaV2(document).to;
  for (const update of updates)
    for (const [client, clock] of Y.parseUpdateMeta(update).to)
      clocks.set(client, Math.max(clock, clocks.get(client) ?? 0));
  return clocks;
}
