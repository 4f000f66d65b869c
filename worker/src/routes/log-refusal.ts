// What a note's object refuses a reader, as a problem.
import { ApiProblem } from "../http/problem.ts";
import type { LogRefusal } from "../note/rpc.ts";

/** Names the oldest position after which every op is still there. */
const FLOOR_HEADER = "Reed-Floor";

export function refuse(refusal: LogRefusal): ApiProblem {
  switch (refusal.code) {
    case "compacted":
      return new ApiProblem("compacted", undefined, { [FLOOR_HEADER]: String(refusal.floorSeq) });
    case "invalid":
      return new ApiProblem("invalid", refusal.field);
    default:
      return new ApiProblem(refusal.code);
  }
}
