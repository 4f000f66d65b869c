// What one person's library, or one channel's space, is told of this note: the whole entry, made of what is here at the moment it is asked for.
import { titleOf } from "@reed/card";
import { encodeUtf8, toBase64Url } from "@reed/bytes";
import { channelIdOf, type NoteId, parsePrincipal, type Principal, userPrincipal } from "@reed/log";
import type { ChannelTable } from "./channels.ts";
import type { Room } from "@reed/room";
import { ENTRY_MEMBERS, type NoteEntry, type NoteEvent, SEARCHED_TEXT_BYTES } from "../library/events.ts";
import type { Settings } from "../settings/settings.ts";
import type { Facts } from "./facts.ts";
import type { MemberTable } from "./members.ts";
import type { People } from "./people.ts";
import type { Projection } from "./projection.ts";
import { visitorBy } from "./reach.ts";
import type { StandingBounds } from "./standing-bounds.ts";

export interface NewsOptions {
  readonly noteId: NoteId;
  readonly facts: Facts;
  readonly people: People;
  readonly members: MemberTable;
  readonly channels: ChannelTable;
  readonly bounds: StandingBounds;
  settings(): Settings;
  projection(): Projection;
  room(): Room;
  /** To be awaited before the document is asked for. */
  ready(): Promise<void>;
}

/** What the entries of all people have in common. */
type Common = Pick<NoteEntry, "title" | "createdBy" | "members" | "color" | "icon" | "tags">;

export class News {
  readonly #options: NewsOptions;
  /** Made once for all who are told of one change. */
  #common: { readonly version: number; readonly seq: number; readonly fields: Common } | null = null;

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  /** The event of this moment for `address`: a user's id or a channel. `hasText`: with the text, for users who may see it. */
  async for(address: string, hasText: boolean): Promise<NoteEvent> {
    const { noteId, facts, ready } = this.#options;
    const projection = this.#options.projection();
    if (!projection.isWarm) await ready();
    // From here on nothing is awaited: version and state belong together.
    const { text, modifiedUs } = projection.read();
    const entry = this.#entryFor(address, text, modifiedUs);
    // A space lists its notes by their titles, and searches in nothing else.
    const isTold = hasText && entry !== null && channelOf(address) === null;
    return { noteId, version: facts.state.version, entry, text: isTold ? firstBytes(text, SEARCHED_TEXT_BYTES) : null };
  }

  /** When the text of now was last changed; 0: never. */
  async modifiedUs(): Promise<number> {
    const { ready } = this.#options;
    const projection = this.#options.projection();
    if (!projection.isWarm) await ready();
    return projection.read().modifiedUs ?? 0;
  }

  #entryFor(address: string, text: string, modifiedUs: number | null): NoteEntry | null {
    const { facts, people, members, channels, bounds, room } = this.#options;
    const { createdUs, trashedUs } = facts.state;
    const channel = channelOf(address);
    const visitor = channel === null ? visitorBy(userPrincipal(address)) : visitorBy(null, channel);
    const role = bounds.isStopped(visitor) ? null : room().grantedTo(visitor);
    const { ledger } = room();
    if (ledger === null || role === null || (trashedUs !== null && role !== "owner")) return null;
    const member = channel === null ? members.find(address) : channels.find(channel);
    return {
      ...this.#commonAt(ledger.head.seq, text),
      role,
      createdUs,
      modifiedUs: modifiedUs ?? createdUs,
      sharedBy: member === null || member.sharedBy === null ? null : people.named(member.sharedBy),
      sharedUs: member === null || member.sharedBy === null ? null : member.sinceUs,
      trashedUs,
      seq: ledger.head.seq,
      chain: toBase64Url(ledger.head.chain),
    };
  }

  #commonAt(seq: number, text: string): Common {
    const { facts, people, members, settings } = this.#options;
    const { version, createdBy } = facts.state;
    if (this.#common?.version === version && this.#common.seq === seq) return this.#common.fields;
    const { color, icon, tags } = settings().read();
    const fields: Common = {
      title: titleOf(text) ?? "",
      createdBy: createdBy === null ? null : people.named(createdBy),
      members: members
        .list()
        .slice(0, ENTRY_MEMBERS)
        .map(({ userId, role }) => ({ id: userId, name: people.named(userId).name, role })),
      color,
      icon,
      tags,
    };
    this.#common = { version, seq, fields };
    return fields;
  }
}

/** The channel that the outbox knows by `address`; null for a user. */
export function channelOf(address: string): Principal | null {
  const principal = parsePrincipal(address);
  return channelIdOf(principal) === null ? null : principal;
}

/** As much of `text` as fits into `bytes` of UTF-8, in whole characters. */
export function firstBytes(text: string, bytes: number): string {
  const start = text.slice(0, bytes);
  let [units, size] = [start.length, encodeUtf8(start.toWellFormed()).length];
  while (size > bytes) {
    const code = start.charCodeAt(units - 1);
    const isPair = code >= 0xdc00 && code <= 0xdfff && units > 1;
    units -= isPair ? 2 : 1;
    size -= isPair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
  }
  return text.slice(0, units).toWellFormed();
}
