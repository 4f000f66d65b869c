// Worlds that once broke. What each seed draws changes when the world learns something new, so each bug also has a mutant
// (mutants.ts) that plants it again; the seeds stay as the cheapest first look.
import { describe, expect, it } from "vitest";
import { runWorld } from "./world.ts";

const KEPT: readonly (readonly [number, string])[] = [
  [14, "a bent DELIVER is asked for again and does not end the replica"],
  [357, "a blocked flush does not hide the time of a resend"],
  [445, "the refusal of an earlier sending is not taken for an answer to the last"],
  [380, "a device that was turned away loses only what was refused"],
  [185, "where the log stands is not forgotten while a delivery is verified"],
  [495, "edits that go back are not merged beyond what one op holds"],
  [838, "an op that is being signed falls with the one that it follows"],
  [1211, "two ops that wait for each other do not take turns for ever"],
  [2221, "a crash in the middle of a refusal leaves nothing half refused"],
  [1, "a setting made by a fast clock is taken all the same"],
  [33, "a document that is about to go is not taken for a divergence"],
  [54, "words on their way while the text is scrubbed are said again in the new one"],
  [84, "what a restore continues is what was found, before the gateway enrolled to say so"],
  [114, "a crash while a document is replaced leaves the old words or the new ones"],
  [201, "an entry that the log has is not said again after a scrub"],
  [312, "a beginning that the server lost is not counted among those it has"],
  [4559, "a refusal of what follows an op that will be signed anew is no last word"],
  [10516, "what a server acknowledged and lost is sent again"],
  [700_000_362, "what a restored server answers beside a socket that it has forgotten is no fork"],
  [800_012_905, "a receipt of the count before counts for what was sent until it was taken"],
  [910_010_988, "who may not enter at the moment is not told that there is no snapshot"],
  [920_015_536, "what a device may have in flight is no flood, however little is taken"],
  [930_005_929, "the deletion of what was refused is refused with it"],
  [940_020_522, "who is let in just after they were refused comes when they hear of it"],
];

describe("kept seeds", () => {
  it.each(KEPT)("seed %i: %s", async (seed) => {
    const tally = await runWorld(seed);
    expect(tally.events).toBeGreaterThan(0);
  });
});
