// How a note comes to its end, and how it passes from one person to another: the trash and the way back, what a guest leaves behind,
// a guest who becomes somebody with an account, and an account that goes for good. What removes a note is the object's shell
// (note-object.ts), which digs the grave; here is when.
import { maxRole, type Role } from "@reed/access";
import { type Grant, userPrincipal } from "@reed/log";
import type { Room } from "@reed/room";
import type { Named } from "../library/events.ts";
import type { Due, Duties } from "../host/due.ts";
import type { BlockTable } from "./blocks.ts";
import type { ChannelTable } from "./channels.ts";
import type { Cuts } from "./cuts.ts";
import type { Facts } from "./facts.ts";
import type { Followers } from "./followers.ts";
import type { MemberTable } from "./members.ts";
import type { Outbox } from "./outbox.ts";
import type { People } from "./people.ts";
import type { Reach } from "./reach.ts";
import type { RequestTable } from "./requests.ts";
import type { Asker, Refusal } from "./rpc.ts";
import { grantOf, isUser } from "./sharing.ts";
import { attributionOf } from "./writes.ts";

const DAY_MS = 86_400_000;
/** What lies in the trash goes for good then. */
const TRASH_MS = 30 * DAY_MS;
/** A guest's note that nobody touches goes then. */
const GUEST_MS = 90 * DAY_MS;
/** A removal that was broken off is tried again then. */
const WIPE_AGAIN_MS = 60_000;

export interface LifecycleOptions {
  readonly due: Due;
  readonly facts: Facts;
  readonly members: MemberTable;
  readonly people: People;
  readonly requests: RequestTable;
  readonly blocks: BlockTable;
  readonly followers: Followers;
  readonly channels: ChannelTable;
  readonly outbox: Outbox;
  readonly reach: Reach;
  readonly cuts: Cuts;
  room(): Room;
  nowUs(): number;
  /** Whom the outbox tells what all should know. */
  everybody(): readonly string[];
  /** Whether all of these users are guests still. */
  areGuests(userIds: readonly string[]): Promise<boolean>;
  /** When the newest op was received. */
  lastUs(): number;
}

export class Lifecycle {
  readonly duties: Duties;
  readonly #options: LifecycleOptions;
  #isOver = false;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.duties = { wipe: (nowMs) => this.#wipe(nowMs) };
  }

  /** Whether the note's time has come: whoever sees it removes the note. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** When the note goes if nobody touches it; null: never. */
  get expiresMs(): number | null {
    const { facts, lastUs } = this.#options;
    const { isGuest, touchedUs } = facts.state;
    return isGuest ? Math.max(touchedUs, lastUs()) / 1000 + GUEST_MS : null;
  }

  /** The note was made by a guest. */
  begunByGuest(nowMs: number): void {
    this.#options.facts.set({ isGuest: true, touchedUs: nowMs * 1000 });
    this.#options.due.set("wipe", nowMs + GUEST_MS);
  }

  /** Somebody came who has the note. */
  touch(nowMs: number): void {
    const { isGuest, touchedUs } = this.#options.facts.state;
    if (isGuest && nowMs - touchedUs / 1000 > DAY_MS) this.#options.facts.set({ touchedUs: Math.round(nowMs * 1000) });
  }

  trash(asker: Asker): null | Refusal {
    const { facts, reach, due, nowUs } = this.#options;
    const refusal = reach.refusal(asker, "trash");
    if (refusal !== null || facts.state.trashedUs !== null) return refusal;
    const atUs = nowUs();
    facts.set({ trashedUs: atUs });
    due.set("wipe", atUs / 1000 + TRASH_MS);
    this.#tellAll(false);
    return null;
  }

  untrash(asker: Asker): null | Refusal {
    const { facts, reach } = this.#options;
    const refusal = reach.refusal(asker, "untrash");
    if (refusal !== null || facts.state.trashedUs === null) return refusal;
    facts.set({ trashedUs: null });
    this.#tellAll(true);
    return null;
  }

  /** Whether `asker` may remove the note for good now. */
  mayPurge(asker: Asker): null | Refusal {
    const { facts, reach } = this.#options;
    const refusal = reach.refusal(asker, "purge");
    if (refusal !== null) return refusal;
    return facts.state.trashedUs === null ? { code: "not_trashed" } : null;
  }

  /** Everything that the guest `from` has here goes over to `to`, in one step of the log; what `from` wrote is `to`'s. */
  async claim(from: string, to: Named): Promise<void> {
    const { members, people, facts, blocks, requests, followers, cuts, room, nowUs } = this.#options;
    if (from === to.id || room().ledger === null) return;
    const before = members.find(from);
    if (before !== null || people.knows(from)) {
      people.learn(to, nowUs());
      people.alias(from, to.id, nowUs());
    }
    const block = { kind: "user", id: from } as const;
    if (blocks.has(block)) blocks.add({ ...block, id: to.id, atUs: nowUs(), by: facts.state.createdBy ?? to.id });
    requests.drop(from);
    followers.drop(from);
    if (before === null) return;
    const role = maxRole(before.role, members.find(to.id)?.role ?? null);
    await cuts.during(isUser(from), () => this.#change([grantOf(to.id, role), grantOf(from, null)], before.role, from));
    members.inherit(to.id, before);
    facts.set({ isGuest: false });
  }

  /**
   * The account `userId` is gone for good. A note that it owned alone passes to the editor who has had it longest. True where there
   * is none, or the note lay in the trash: then the note is to be removed.
   */
  async removePerson(userId: string): Promise<boolean> {
    const { members, people, requests, blocks, followers, channels, facts, cuts, room } = this.#options;
    if (room().ledger === null) return false;
    const before = members.find(userId);
    const others = members.list().filter((member) => member.userId !== userId);
    const heir = others.find(({ role }) => role !== "viewer");
    const isHeirNeeded = before?.role === "owner" && heir?.role !== "owner";
    if (isHeirNeeded && (heir === undefined || facts.state.trashedUs !== null)) return true;
    const changes: Grant[] = isHeirNeeded && heir !== undefined ? [grantOf(heir.userId, "owner")] : [];
    if (before !== null)
      await cuts.during(isUser(userId), () => this.#change([...changes, grantOf(userId, null)], before.role, userId));
    people.forget(userId);
    channels.forget(userId);
    requests.drop(userId);
    followers.drop(userId);
    blocks.remove({ kind: "user", id: userId });
    return false;
  }

  /** The gateway writes it for whoever is about to go, or, where the log would not take that, for an owner. */
  async #change(changes: readonly Grant[], role: Role, userId: string): Promise<void> {
    const [owner] = this.#options.members.list();
    const by = role === "owner" || owner === undefined ? userId : owner.userId;
    const changed = await this.#options.room().changeGrants(changes, attributionOf({ principal: userPrincipal(by) }));
    if (!changed.ok) throw new Error(`the log did not take the change: ${changed.code}`);
  }

  #tellAll(hasText: boolean): void {
    const { everybody, outbox, room, nowUs } = this.#options;
    room().recheck();
    outbox.mark(everybody(), hasText, nowUs() / 1000);
  }

  async #wipe(nowMs: number): Promise<number | null> {
    const { facts, members, areGuests } = this.#options;
    const trashedMs = facts.state.trashedUs === null ? null : facts.state.trashedUs / 1000 + TRASH_MS;
    const times = [trashedMs, this.expiresMs].filter((time) => time !== null);
    if (times.length === 0) return null;
    const atMs = Math.min(...times);
    if (nowMs < atMs) return atMs;
    if (trashedMs === null || nowMs < trashedMs) {
      if (!(await areGuests(members.list().map(({ userId }) => userId)))) {
        facts.set({ isGuest: false });
        return trashedMs;
      }
    }
    this.#isOver = true;
    return nowMs + WIPE_AGAIN_MS;
  }
}
