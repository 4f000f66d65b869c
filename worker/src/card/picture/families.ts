// The `font-family` of a text: the face that leads it, then those that fill in.
import type { Face } from "../fonts/slice.ts";

export function familyList(lead: Face, fallbacks: readonly Face[]): string {
  return [lead, ...fallbacks.filter((face) => face !== lead)].map((face) => `"${face}"`).join(", ");
}
