// All that hangs on who has the note: its tables, what they limit, and the calls that change them (docs/spec/access.md). Follows the
// log in the commit that stores it, so that lists and outbox never say less than the grants do.
import {
  type ControlBody,
  decodeControl,
  decodeOp,
  type LogRow,
  type NoteId,
  type Principal,
  type SyncLogStore,
  userIdOf,
  userPrincipal,
} from "@reed/log";
import type { Room, Sql } from "@reed/room";
import { can } from "@reed/access";
import type { CardSender } from "../discord/living-cards.ts";
import type { Due, Duties } from "../host/due.ts";
import { sha256 } from "../host/ports.ts";
import type { Named, NoteEvent } from "../library/events.ts";
import type { Settings } from "../settings/settings.ts";
import { BlockTable } from "./blocks.ts";
import { ChannelCalls } from "./channel-calls.ts";
import { ChannelTable } from "./channels.ts";
import { Cuts } from "./cuts.ts";
import { Facts } from "./facts.ts";
import { Followers } from "./followers.ts";
import { Lifecycle } from "./lifecycle.ts";
import { LinkCalls } from "./link-calls.ts";
import type { LinkTable } from "./links.ts";
import { MemberTable } from "./members.ts";
import { News } from "./news.ts";
import { type Libraries, Outbox } from "./outbox.ts";
import { People } from "./people.ts";
import type { Projection } from "./projection.ts";
import { Reach } from "./reach.ts";
import { RequestTable } from "./requests.ts";
import type { Founder } from "./rpc.ts";
import { Sharing } from "./sharing.ts";
import { type CutInput, isCutOff, StandingBounds } from "./standing-bounds.ts";

/** What a note needs of the world outside its object. */
export interface NoteWorld {
  readonly libraries: Libraries;
  /** Whether all of these users are guests still. */
  areGuests(userIds: readonly string[]): Promise<boolean>;
  /** Who changes the messages in channels that show the note; null or left out: nobody. */
  cards?(noteId: NoteId): CardSender | null;
}

export interface CompanyOptions {
  readonly noteId: NoteId;
  readonly sql: Sql;
  readonly due: Due;
  readonly log: SyncLogStore;
  readonly links: LinkTable;
  readonly world: NoteWorld;
  /** A library has what was due for it, so many ms later. */
  readonly delivered: (lagMs: number) => void;
  room(): Room;
  projection(): Projection;
  settings(): Settings;
  /** To be awaited before the document is asked for. */
  ready(): Promise<void>;
  nowUs(): number;
}

/** More than anybody can have told between a backup and its coming back. */
const RESTORED_VERSIONS = 2 ** 20;

export class Company {
  readonly people: People;
  readonly bounds: StandingBounds;
  readonly cuts: Cuts;
  readonly reach: Reach;
  readonly sharing: Sharing;
  readonly links: LinkCalls;
  readonly channels: ChannelCalls;
  readonly lifecycle: Lifecycle;
  readonly followers: Followers;
  readonly facts: Facts;
  readonly duties: Duties;
  readonly #options: CompanyOptions;
  readonly #members: MemberTable;
  readonly #channels: ChannelTable;
  readonly #outbox: Outbox;
  readonly #news: News;

  /** The tables must be there; the room need not. */
  constructor(options: CompanyOptions) {
    const { noteId, sql, due, links, world, room, nowUs, ready, log } = options;
    this.#options = options;
    const facts = (this.facts = new Facts(sql));
    const people = (this.people = new People(sql));
    const members = (this.#members = new MemberTable(sql));
    const channels = (this.#channels = new ChannelTable(sql));
    const requests = new RequestTable(sql);
    const blocks = new BlockTable(sql);
    const bounds = (this.bounds = new StandingBounds({ facts, blocks, ledger: () => room().ledger }));
    const cuts = (this.cuts = new Cuts(room));
    const reach = (this.reach = new Reach({ links, bounds, room, nowUs }));
    const { projection, settings } = options;
    this.#news = new News({ noteId, facts, people, members, channels, bounds, settings, projection, room, ready });
    const outbox = (this.#outbox = new Outbox({
      sql,
      due,
      facts,
      libraries: world.libraries,
      everybody: () => this.#addresses(),
      make: (userId, hasText) => this.#news.for(userId, hasText),
      modifiedUs: () => this.#news.modifiedUs(),
      delivered: options.delivered,
    }));
    const mayRead = (userId: string) => can(reach.roleOf(userPrincipal(userId)), "read", bounds.state);
    const followers = new Followers({ noteId, sql, libraries: world.libraries, room, mayRead });
    this.followers = followers;
    const shared = { members, people, requests, blocks, reach, cuts, outbox, room, nowUs };
    this.sharing = new Sharing(shared);
    this.links = new LinkCalls({ noteId, links, people, reach, cuts, room, nowUs });
    const lastUs = () => log.read(log.lastSeq(), 1)[0]?.recvUs ?? 0;
    this.channels = new ChannelCalls({ channels, people, reach, cuts, room, nowUs });
    this.lifecycle = new Lifecycle({
      ...shared,
      due,
      facts,
      followers,
      channels,
      everybody: () => this.#addresses(),
      areGuests: world.areGuests,
      lastUs,
    });
    this.duties = { ...outbox.duties, ...this.lifecycle.duties };
  }

  /** The room is open. A note that is older than these tables fills them, and tells its people of itself. */
  wake(nowMs: number): void {
    const { ledger } = this.#options.room();
    if (ledger === null || !ledger.isFounded || !this.#members.isEmpty) return;
    this.#members.seed(ledger.grants, this.facts.state.createdUs);
    const userIds = this.#members.list().map(({ userId }) => userId);
    this.facts.set({ createdBy: userIds[0] ?? null });
    this.#outbox.mark(userIds, true, nowMs);
  }

  /** The first of those who have the note, owners first, as people see them. */
  named(limit: number): readonly Named[] {
    return this.#members
      .list()
      .slice(0, limit)
      .map(({ userId }) => this.people.named(userId));
  }

  /** Somebody has just begun the note. */
  begin(founder: Founder, nowMs: number): void {
    this.people.learn(founder, nowMs * 1000);
    if (founder.isGuest) this.lifecycle.begunByGuest(nowMs);
  }

  /** Rows were appended and are part of the current commit. */
  onAppend(rows: readonly LogRow[], nowMs: number): void {
    const { ledger } = this.#options.room();
    const [first] = rows;
    if (ledger === null || first === undefined) return;
    if (first.seq === 1) this.facts.set({ createdUs: first.recvUs });
    if (!ledger.isFounded) return;
    if ((ledger.control?.seq ?? 0) >= first.seq) for (const row of rows) this.#follow(row, nowMs);
    this.#outbox.changed(nowMs);
    this.followers.onAppend(nowMs);
  }

  /** The news of this moment for one library; null: `userId` never had anything here. */
  async eventFor(userId: string): Promise<NoteEvent | null> {
    const event = await this.#news.for(userId, true);
    return event.entry === null && !this.people.knows(userId) ? null : event;
  }

  /** The note was brought back from a backup: its people hear of it, and of nothing newer than that. */
  restored(nowMs: number): void {
    this.facts.set({ version: this.facts.state.version + RESTORED_VERSIONS });
    this.#outbox.mark(this.#addresses(), true, nowMs);
  }

  /** A visitor came in whose device the log may know only as the channel's. */
  learnDevice(device: Uint8Array, userId: string): void {
    this.#channels.learnDevice(device, userId);
  }

  /** Whose device (hex) it is that came through a channel; null where that was never seen. */
  userOfDevice(device: string): Principal | null {
    return this.#channels.userOf(device);
  }

  /** Ends sockets of a user. How many those were. */
  cut(input: CutInput, nowMs: number): number {
    this.bounds.end(input, nowMs);
    return this.#options.room().cut((visitor) => isCutOff(input, visitor));
  }

  /** From here on nobody reads, writes or is told anything. */
  close(): void {
    this.bounds.close();
    this.#outbox.close();
    this.#options.room().cut(() => true);
  }

  /** All who have to hear that the note has gone: who has it, and who was told of it and may not have heard the end. */
  mourners(): readonly { readonly userId: string; readonly isOwner: boolean }[] {
    const members = this.#members.list().map(({ userId, role }) => ({ userId, isOwner: role === "owner" }));
    const waiting = this.#outbox.waiting().map((userId) => ({ userId, isOwner: false }));
    const channels = this.#channels.list().map(({ channel }) => ({ userId: channel, isOwner: false }));
    return [...waiting, ...channels, ...members];
  }

  /** Whoever has the note, as the outbox knows them: users by their ids, channels by their principals. */
  #addresses(): readonly string[] {
    return [
      ...this.#members.list().map(({ userId }) => userId),
      ...this.#channels.list().map(({ channel }) => channel),
    ];
  }

  #follow({ envelope, recvUs }: LogRow, nowMs: number): void {
    const op = decodeOp(envelope, sha256);
    if (op.type !== "control") return;
    const body = decodeControl(op.body);
    const actor = this.#actorOf(op.author, body);
    const changed = this.#members.apply(body.changes, actor, recvUs);
    if (body.counter === 1) this.facts.set({ createdBy: changed[0] ?? null });
    this.#outbox.mark([...changed, ...this.#channels.apply(body.changes, actor, recvUs)], true, nowMs);
  }

  #actorOf(author: Uint8Array, { attribution }: ControlBody): Principal | null {
    if (attribution !== null) return attribution.by;
    const principals = this.#options.room().ledger?.author(author)?.principals ?? [];
    return principals.find((principal) => userIdOf(principal) !== null) ?? null;
  }
}
