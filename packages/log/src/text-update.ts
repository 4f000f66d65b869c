// The validity rule for a `text` update: what a signed op may do to the note's text. Signatures don't make Yjs safe: an editor
// could give an id a second content (replicas then differ for ever), delete what another will type, or park structs that come
// to life later. So an update must continue its author's own clientIDs, stand on what the log holds, and hold nothing but text.
// Pure and total, judged from the bytes and two small maps, never from a document; the server and every replica call it at the
// same position of the log and give the same verdict (docs/spec/log.md, L50-L66). An update that passes, applied by Yjs to exactly that
// log, leaves nothing pending and moves the state vector exactly to `effect.clocks`.
import { DecodeError } from "@reed/bytes";
import { type TextUpdateFault, TextUpdateRefusal } from "./text-fault.ts";
import { type ClientRun, type DecodedTextUpdate, decodeTextUpdate } from "./text-update-decode.ts";
import { integratesWhole } from "./text-update-order.ts";

export type { TextUpdateFault } from "./text-fault.ts";

/** What of a note's text a log holds so far. Only applyTextUpdate changes it; a snapshot restores it from its manifest. */
export interface TextState {
  /** The next clock of each Yjs clientID: the Yjs state vector. */
  readonly vector: Map<number, number>;
  /** Who owns each clientID, for good: the first claimant with structs under it. */
  readonly claims: Map<number, string>;
  /** ClientIDs of a text that was scrubbed: nobody may go on under one, or what was removed would come back. */
  readonly retired: Set<number>;
}

/** What an accepted update does. */
export interface TextUpdateEffect {
  /** The new next clock of each client that the update extends. */
  readonly clocks: ReadonlyMap<number, number>;
  /** UTF-16 units of text in its structs: the most by which the note can grow. */
  readonly insertsUnits: number;
  /** Clocks in its delete ranges; some may have been deleted before. */
  readonly deletesUnits: number;
}

export type TextUpdateVerdict =
  | { readonly ok: true; readonly effect: TextUpdateEffect }
  | { readonly ok: false; readonly fault: TextUpdateFault };

export function emptyTextState(): TextState {
  return { vector: new Map(), claims: new Map(), retired: new Set() };
}

/**
 * Whether `claimant` may append `update` (Yjs V1) to the log that `state` describes; with several faults, the first met. Never
 * throws, whatever the bytes; time and memory are linear in `update.length`.
 */
export function checkTextUpdate(update: Uint8Array, claimant: string, state: TextState): TextUpdateVerdict {
  try {
    return judge(decodeTextUpdate(update), claimant, state);
  } catch (error) {
    if (error instanceof TextUpdateRefusal) return refused(error.fault);
    if (error instanceof DecodeError) return refused("malformed");
    throw error;
  }
}

/** Moves `state` past an update that checkTextUpdate accepted for `claimant` in this very state. */
export function applyTextUpdate(state: TextState, claimant: string, effect: TextUpdateEffect): void {
  for (const [client, clock] of effect.clocks) {
    state.vector.set(client, clock);
    state.claims.set(client, claimant);
  }
}

/** Begins the text anew: it is empty, and every clientID that it had is retired. */
export function retireText(state: TextState): void {
  for (const client of state.vector.keys()) state.retired.add(client);
  state.vector.clear();
  state.claims.clear();
}

function judge(update: DecodedTextUpdate, claimant: string, state: TextState): TextUpdateVerdict {
  if (update.runs.length === 0 && update.deleteEnds.size === 0) return refused("empty");
  for (const run of update.runs) {
    const fault = faultOfRun(run, claimant, state);
    if (fault !== null) return refused(fault);
  }
  if (!integratesWhole(update.runs, state.vector)) return refused("pending_origin");
  const clocks = new Map(update.runs.map((run): [number, number] => [run.client, run.end]));
  for (const [client, end] of update.deleteEnds) {
    if (end > (clocks.get(client) ?? state.vector.get(client) ?? 0)) return refused("delete_ahead");
  }
  return { ok: true, effect: { clocks, insertsUnits: update.insertsUnits, deletesUnits: update.deletesUnits } };
}

function faultOfRun(run: ClientRun, claimant: string, { vector, claims, retired }: TextState): TextUpdateFault | null {
  if (retired.has(run.client)) return "foreign_client";
  if ((claims.get(run.client) ?? claimant) !== claimant) return "foreign_client";
  const next = vector.get(run.client) ?? 0;
  if (run.start === next) return null;
  return run.start > next ? "clock_gap" : "clock_reused";
}

function refused(fault: TextUpdateFault): TextUpdateVerdict {
  return { ok: false, fault };
}
