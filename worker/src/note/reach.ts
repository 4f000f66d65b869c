// Who may do what in one note, asked by those who call over HTTP: grants, blocks and the trash in one place. What somebody may not
// see answers as if it were not there.
import { type Action, can, type Role } from "@reed/access";
import { linkPrincipal } from "@reed/crypto";
import { channelPrincipal, type LinkId, linkIdBytes, type Principal } from "@reed/log";
import type { Room, Visitor } from "@reed/room";
import { linkStateOf, type LinkTable } from "./links.ts";
import type { Asker, Reader, Refusal } from "./rpc.ts";
import type { StandingBounds } from "./standing-bounds.ts";

const NO_DEVICE = new Uint8Array();

export interface ReachOptions {
  readonly links: LinkTable;
  readonly bounds: StandingBounds;
  room(): Room;
  nowUs(): number;
}

export class Reach {
  readonly #options: ReachOptions;

  constructor(options: ReachOptions) {
    this.#options = options;
  }

  /** What the grants and blocks give to `user`, who may have come through a channel, in the trash too. */
  roleOf(user: Principal, channel: Principal | null = null): Role | null {
    const { bounds, room } = this.#options;
    const visitor = visitorBy(user, channel);
    return bounds.isStopped(visitor) ? null : room().grantedTo(visitor);
  }

  /** null: allowed. */
  refusal(asker: Asker, action: Action): Refusal | null {
    const { state } = this.#options.bounds;
    const { principal, channelId = null } = typeof asker === "string" ? { principal: asker } : asker;
    const role = this.roleOf(principal, channelId === null ? null : channelPrincipal(channelId));
    if (can(role, action, state)) return null;
    return { code: can(role, "read", state) ? "forbidden" : "not_found" };
  }

  mayRead({ user, linkId, channel }: Reader): boolean {
    const link = linkId !== null && this.isLinkOpen(linkId) ? linkPrincipal(linkIdBytes(linkId)) : null;
    return can(this.#options.room().roleOf({ ...visitorBy(user, channel), link }), "read");
  }

  linkState(linkId: LinkId): ReturnType<typeof linkStateOf> | "unknown" {
    const link = this.#options.links.find(linkId);
    return link === null ? "unknown" : linkStateOf(link, this.#options.nowUs());
  }

  /** Whether a newcomer may come by it. */
  isLinkOpen(linkId: LinkId | null): boolean {
    return linkId !== null && this.linkState(linkId) === "open";
  }
}

/** Somebody who calls without a device. */
export function visitorBy(user: Principal | null, channel: Principal | null = null): Visitor {
  return { device: NO_DEVICE, user, link: null, holdsLinkSecret: false, channel };
}
