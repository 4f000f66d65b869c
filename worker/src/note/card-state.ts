// What a live link shows to anybody at all: the preview level is applied here, in the note's own object, so that nothing which the
// owner keeps back ever leaves it.
import { titleOf } from "@reed/card";
import type { Named } from "../library/events.ts";
import type { Settings } from "../settings/settings.ts";
import { NAMELESS } from "./people.ts";
import type { CardState, TextAnswer } from "./rpc.ts";

/** Of so many people a picture can hint at the rest. */
export const CARD_PEOPLE = 12;

export function shownState(
  { text, modifiedAtMs }: TextAnswer,
  settings: ReturnType<Settings["read"]>,
  people: readonly Named[],
): CardState {
  const { color, icon, preview } = settings;
  switch (preview) {
    case "title":
      return { state: "title", title: titleOf(text), color, icon };
    case "content":
    case null:
      return {
        state: "content",
        text,
        modifiedAtMs,
        color,
        icon,
        people: people.filter(({ name }) => name !== NAMELESS),
      };
    // A level that this version doesn't know shows no more than "nothing" does.
    default:
      return { state: "restricted" };
  }
}
