// What people are told about their words. It may be late with good news and never early.
import { can, type Role } from "@reed/access";
import { CROWDED } from "./replica.ts";

export type SaveState =
  | "Saved"
  | "Saving…"
  | "Saved on this device"
  | "Offline"
  | "Read only"
  | "Access removed"
  | "Too big to save"
  | "Couldn't save";

export interface SaveFacts {
  readonly role: Role | null;
  /** live: welcomed by the server. trying: on the way there. away: the last try failed. */
  readonly link: "live" | "trying" | "away";
  /** Edits that the server has not acknowledged. */
  readonly unacked: number;
  /** Edits that this device has not stored either. */
  readonly unstored: number;
  readonly keeps: "device" | "memory";
  /** The server has at least the note's beginning. */
  readonly isOnServer: boolean;
  /** A closed code, where something is wrong that waiting won't mend. */
  readonly problem: string | null;
}

/** Before anything was heard. */
export const UNKNOWN_FACTS: Omit<SaveFacts, "keeps"> = {
  role: null,
  link: "trying",
  unacked: 0,
  unstored: 0,
  isOnServer: false,
  problem: null,
};

export function areSameFacts(a: Omit<SaveFacts, "keeps">, b: Omit<SaveFacts, "keeps">): boolean {
  const keys = Object.keys(UNKNOWN_FACTS) as readonly (keyof typeof UNKNOWN_FACTS)[];
  return keys.every((key) => a[key] === b[key]);
}

export function saveStateOf(facts: SaveFacts): SaveState {
  if (facts.problem === "access_ended" || facts.problem === "not_found") return "Access removed";
  if (facts.problem === "note_full" || facts.problem === "op_body_size") return "Too big to save";
  if (facts.problem !== null && facts.problem !== CROWDED) return "Couldn't save";
  if (facts.unacked > 0 || !facts.isOnServer) return pendingState(facts);
  if (facts.role !== null && !can(facts.role, "write_text")) return "Read only";
  return facts.link === "away" ? "Offline" : "Saved";
}

function pendingState(facts: SaveFacts): SaveState {
  if (facts.link === "live") return "Saving…";
  if (facts.unstored > 0 || (facts.link === "trying" && facts.unacked === 0)) return "Saving…";
  return facts.keeps === "device" ? "Saved on this device" : "Offline";
}
