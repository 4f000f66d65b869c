// A vote as a bucket: everybody has one voice, and their last word counts. Who votes does not touch what another has voted, so
// the order of the log matters only within one author.
import { DecodeError, decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { type CborValue, CborMap } from "./cbor.ts";
import type { BucketEntry, Judged, Reducer } from "./reducer.ts";

export const VOTE_BUCKET = "vote";
const MAX_CHOICE_BYTES = 64;

/** The choice of each claimant. */
export type Votes = ReadonlyMap<string, string>;

export const votePayload = (choice: string): Uint8Array => encodeUtf8(choice);

export const voteReducer: Reducer<Votes, string, "payload"> = {
  bucket: VOTE_BUCKET,
  empty: () => new Map(),

  judge(_votes: Votes, { payload }: BucketEntry): Judged<string, "payload"> {
    if (payload.length === 0 || payload.length > MAX_CHOICE_BYTES) return { ok: false, fault: "payload" };
    try {
      return { ok: true, change: decodeUtf8(payload) };
    } catch {
      return { ok: false, fault: "payload" };
    }
  },

  apply: (votes: Votes, { claimant }: BucketEntry, choice: string): Votes => new Map([...votes, [claimant, choice]]),

  save: (votes: Votes): CborValue =>
    [...votes]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([claimant, choice]) => ({ claimant, choice: encodeUtf8(choice) })),

  load(saved: unknown): Votes {
    if (!Array.isArray(saved)) throw new DecodeError("form", 0, "votes");
    return new Map(saved.map(readVote));
  },
};

/** How many have chosen what. */
export function tallyOf(votes: Votes): ReadonlyMap<string, number> {
  const tally = new Map<string, number>();
  for (const choice of votes.values()) tally.set(choice, (tally.get(choice) ?? 0) + 1);
  return tally;
}

function readVote(value: unknown): readonly [string, string] {
  const map = new CborMap(value, ["claimant", "choice"]);
  return [map.text("claimant", 256), decodeUtf8(map.bytes("choice"))];
}
