// How what a tab wrote gets to the engine of the one that leads: each edit once, and as it was made. When a tab begins to lead, that
// is all that no store is known to have. It is never what the tab's document has beyond the store: that may be others' words, which
// the leader before had read and not stored.
import { equalBytes } from "@reed/bytes";
import { TEXT_BUCKET } from "@reed/log";
import type { NoteLeader } from "../note-leader.ts";
import type { TabEdit, TabEdits } from "./tab-edits.ts";
import { clocksOf, whatIsNew } from "./what-is-new.ts";

/** `clockOf`: the next clock of a Yjs client, by what the engine has been given. */
export function handOn(edit: TabEdit, edits: TabEdits, leader: NoteLeader, clockOf: (client: number) => number): void {
  const { bucket, payload } = edit;
  const isThere = (): boolean => leader.pending(bucket).some((known) => equalBytes(known, payload));
  const lacking = bucket === TEXT_BUCKET ? whatIsNew(payload, clockOf) : isThere() ? null : payload;
  if (lacking === null) edits.keep(edit);
  else edits.take(leader.write(bucket, lacking), edit);
}

export function handOver(edits: TabEdits, leader: NoteLeader): void {
  const { all } = edits;
  edits.beginLead();
  if (all.length === 0) return;
  const clocks = clocksOf(leader.opening);
  for (const edit of all) handOn(edit, edits, leader, (client) => clocks.get(client) ?? 0);
}
