// The calls about a note's messages in channels, of its object.
import type { Principal } from "@reed/log";
import { ContentCalls } from "../note/content-calls.ts";
import type { Asker, Refusal } from "../note/rpc.ts";
import type { LivingCard } from "./living-card-table.ts";
import { type ChannelCard, UNAVAILABLE } from "./living-card-view.ts";
import type { Ticked } from "./tick.ts";

export abstract class LivingCardCalls extends ContentCalls {
  override async trash(asker: Asker): Promise<Refusal | null> {
    const refusal = await super.trash(asker);
    (await this.opened())?.livingCards.review(Date.now());
    return refusal;
  }

  override async untrash(asker: Asker): Promise<Refusal | null> {
    const refusal = await super.untrash(asker);
    (await this.opened())?.livingCards.review(Date.now());
    return refusal;
  }

  /** What `channel` may be shown. */
  async channelCard(channel: Principal): Promise<ChannelCard> {
    return (await (await this.opened())?.channelCard(channel)) ?? UNAVAILABLE;
  }

  /** A message shows the note, for as long as `card` says. */
  async keepCard(card: LivingCard): Promise<void> {
    (await this.opened())?.livingCards.keep(card);
  }

  /** Ticks the next open task for somebody in `channel`; `user`: who that is here, if anybody. */
  async tickNext(channel: Principal, user: Principal | null): Promise<Ticked> {
    return (await (await this.opened())?.tickNext(channel, user)) ?? "not_found";
  }
}
