// What owners do with the channel that they come through: give it the note, in a role, or take the note back. The log grants; whoever
// calls names no channel, for they speak of the one that their session was proven for.
import { channelPrincipal, type Principal } from "@reed/log";
import type { Room } from "@reed/room";
import { type ChannelTable, MAX_CHANNELS } from "./channels.ts";
import { type CutReceipt, type Cuts, NOBODY_CUT } from "./cuts.ts";
import type { People } from "./people.ts";
import type { Reach } from "./reach.ts";
import type { ChannelAnswer, ChannelRole, Person, Refusal } from "./rpc.ts";
import { attributionOf, refusalOf } from "./writes.ts";

export interface ChannelCallsOptions {
  readonly channels: ChannelTable;
  readonly people: People;
  readonly reach: Reach;
  readonly cuts: Cuts;
  room(): Room;
  nowUs(): number;
}

export class ChannelCalls {
  readonly #options: ChannelCallsOptions;

  constructor(options: ChannelCallsOptions) {
    this.#options = options;
  }

  roleOf(actor: Person): ChannelAnswer | Refusal {
    const channel = this.#channelOf(actor, "see_members");
    if (typeof channel !== "string") return channel;
    const found = this.#options.channels.find(channel);
    // An owner's device may grant more by its own hand than this call does.
    return { role: found === null ? null : found.role === "viewer" ? "viewer" : "editor" };
  }

  async put(actor: Person, role: ChannelRole): Promise<ChannelAnswer | Refusal> {
    const { channels, people, nowUs } = this.#options;
    const channel = this.#channelOf(actor, "change_grants");
    if (typeof channel !== "string") return channel;
    const before = channels.find(channel);
    if (before?.role === role) return { role };
    if (before === null && channels.list().length >= MAX_CHANNELS) return { code: "too_many_members" };
    people.learn(actor, nowUs());
    const cut = await this.#grant(actor, channel, role);
    return "code" in cut ? cut : { role };
  }

  /** A channel that has nothing here loses nothing. */
  async remove(actor: Person): Promise<CutReceipt | Refusal> {
    const channel = this.#channelOf(actor, "change_grants");
    if (typeof channel !== "string") return channel;
    return this.#options.channels.find(channel) === null ? NOBODY_CUT : this.#grant(actor, channel, null);
  }

  async #grant(actor: Person, channel: Principal, role: ChannelRole | null): Promise<CutReceipt | Refusal> {
    const { cuts, room } = this.#options;
    const { result, cut } = await cuts.during(
      (visitor) => visitor.channel === channel,
      () => room().changeGrants([{ principal: channel, role, key: null, expiresUs: null }], attributionOf(actor)),
    );
    return result.ok ? cut : refusalOf(result.code);
  }

  /** The channel of `actor`, who may do `action`. */
  #channelOf(actor: Person, action: "see_members" | "change_grants"): Principal | Refusal {
    const { channelId = null } = actor;
    const channel = channelId === null ? null : channelPrincipal(channelId);
    return this.#options.reach.refusal(actor, action) ?? channel ?? { code: "space_only" };
  }
}
