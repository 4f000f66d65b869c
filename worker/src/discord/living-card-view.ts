// What a channel may see of a note, as its object says it: the grant of the channel decides, then the preview level. What is not in
// here never reaches a message.
import type { CardState } from "../note/rpc.ts";

type ShownCard = Extract<CardState, { state: "title" | "content" }>;

export type ChannelCard =
  /** Not here, whatever it is that stands between: nothing of it can be told apart. */
  | { readonly state: "unavailable" }
  /** The channel may read it, and its preview shows nothing. */
  | { readonly state: "hidden" }
  | {
      readonly state: "shown";
      readonly card: ShownCard;
      /** Who has written within the last minutes; nobody where the preview shows the title only. */
      readonly writers: readonly string[];
      /** Whether the channel may tick its tasks. */
      readonly mayTick: boolean;
    };

export const UNAVAILABLE: ChannelCard = { state: "unavailable" };
export const HIDDEN: ChannelCard = { state: "hidden" };

/** How much a message tells. */
export type Exposure = 0 | 1 | 2;

export function exposureOf(view: ChannelCard): Exposure {
  if (view.state !== "shown") return 0;
  return view.card.state === "title" ? 1 : 2;
}
