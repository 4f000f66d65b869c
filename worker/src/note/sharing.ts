// Who has the note and who asks for it: the calls of members, access requests and blocks. Whatever is asked twice is done once; what
// somebody may not see answers as if it were not there. Grants are control ops of the gateway for whoever calls.
import { type Role, ROLES } from "@reed/access";
import { type Grant, parsePrincipal, type Principal, userIdOf, userPrincipal } from "@reed/log";
import type { Room, Visitor } from "@reed/room";
import type { Named } from "../library/events.ts";
import { type Blocked, type BlockTable, isBlockedVisitor, MAX_BLOCKS } from "./blocks.ts";
import { type CutReceipt, type Cuts, NOBODY_CUT } from "./cuts.ts";
import { MAX_MEMBERS, type MemberRow, type MemberTable } from "./members.ts";
import type { Outbox } from "./outbox.ts";
import type { People } from "./people.ts";
import type { Reach } from "./reach.ts";
import type { RequestTable } from "./requests.ts";
import type { Asker, BlockedAnswer, BlockView, Member, Person, Refusal, RequestView, SharedAnswer } from "./rpc.ts";
import { attributionOf, refusalOf } from "./writes.ts";

export interface SharingOptions {
  readonly members: MemberTable;
  readonly people: People;
  readonly requests: RequestTable;
  readonly blocks: BlockTable;
  readonly reach: Reach;
  readonly cuts: Cuts;
  readonly outbox: Outbox;
  room(): Room;
  nowUs(): number;
}

export class Sharing {
  readonly #options: SharingOptions;

  constructor(options: SharingOptions) {
    this.#options = options;
  }

  /** Owners first. Who only reads is shown the owners and themselves. */
  members(asker: Asker): readonly Member[] | Refusal {
    const { members, reach } = this.#options;
    const all = reach.refusal(asker, "see_members");
    const refusal = all === null ? null : reach.refusal(asker, "see_owners");
    if (refusal !== null) return refusal;
    const own = userIdOf(typeof asker === "string" ? asker : asker.principal);
    const shown = members.list().filter(({ userId, role }) => all === null || role === "owner" || userId === own);
    return shown.map((row) => this.#member(row));
  }

  /** Gives `target`, who exists, a role in place of the one they had. */
  async put(actor: Person, target: Named, role: Role): Promise<SharedAnswer | Refusal> {
    const { members, people, blocks, reach, nowUs } = this.#options;
    const refusal = reach.refusal(actor, "change_grants");
    if (refusal !== null) return refusal;
    const before = members.find(target.id);
    if (before === null && members.count >= MAX_MEMBERS) return { code: "too_many_members" };
    if (role !== "owner" && this.#isLastOwner(target.id)) return { code: "last_owner" };
    people.learn(actor, nowUs());
    people.learn(target, nowUs());
    blocks.remove({ kind: "user", id: target.id });
    const changed = await this.#grant(actor, target.id, before?.role === role ? [] : [grantOf(target.id, role)]);
    if ("code" in changed) return changed;
    const row = members.find(target.id);
    return row === null ? { code: "overloaded" } : { member: this.#member(row), isNew: before === null, cut: changed };
  }

  /** Takes `userId` out; oneself: leaves. Who has nothing here loses nothing. */
  async remove(actor: Person, userId: string): Promise<CutReceipt | Refusal> {
    const { members, reach } = this.#options;
    if (parsePrincipal(`user:${userId}`) === null) return { code: "not_found" };
    const refusal = reach.refusal(actor, actor.id === userId ? "leave" : "change_grants");
    if (refusal !== null) return refusal;
    if (members.find(userId) === null) return NOBODY_CUT;
    if (this.#isLastOwner(userId)) return { code: "last_owner" };
    // Leaving is everybody's own right, but the log takes grants from owners only.
    const owner = actor.id === userId ? this.#anOwner() : actor.principal;
    return owner === null ? { code: "overloaded" } : this.#grant({ principal: owner }, userId, [grantOf(userId, null)]);
  }

  /** Nothing is said of what came of it, or whether there is anything here. `id`: a new one. */
  ask(id: string, person: Named, message: string | null): void {
    const { requests, people, blocks, nowUs } = this.#options;
    if (blocks.has({ kind: "user", id: person.id })) return;
    if (this.#mayEdit(person.id)) return;
    if (requests.ask(id, person, message, nowUs())) people.learn(person, nowUs());
  }

  #mayEdit(userId: string): boolean {
    const role = this.#options.reach.roleOf(userPrincipal(userId));
    return role === "editor" || role === "owner";
  }

  requests(asker: Asker): readonly RequestView[] | Refusal {
    const { requests, people, reach } = this.#options;
    const refusal = reach.refusal(asker, "see_requests");
    if (refusal !== null) return refusal;
    const asking = requests.list().filter(({ userId }) => !this.#mayEdit(userId));
    return asking.map(({ id, userId, message, atUs }) => ({ id, user: people.named(userId), message, atUs }));
  }

  /** Gives what was asked for, or another role; null: nothing. Never less than whoever asked has. */
  async answer(actor: Person, requestId: string, role: Role | null): Promise<null | Refusal> {
    const { requests, people, reach, members, nowUs } = this.#options;
    const refusal = reach.refusal(actor, "answer_requests");
    if (refusal !== null) return refusal;
    const request = requests.find(requestId);
    if (request === null) return { code: "not_found" };
    if (request.answer !== null) return null;
    const has = members.find(request.userId)?.role;
    const isMore = role !== null && (has === undefined || ROLES.indexOf(role) > ROLES.indexOf(has));
    if (isMore) {
      const shared = await this.put(actor, people.named(request.userId), role);
      if ("code" in shared) return shared;
    }
    requests.answer(requestId, role, nowUs());
    return null;
  }

  blocks(asker: Asker): readonly BlockView[] | Refusal {
    const { blocks, people, reach } = this.#options;
    const refusal = reach.refusal(asker, "see_blocks");
    if (refusal !== null) return refusal;
    return blocks.list().map(({ kind, id, by, atUs }) => {
      const who = kind === "user" ? { id, name: people.named(id).name } : null;
      return { kind, id, user: who, by: people.named(by), atUs };
    });
  }

  /** Keeps somebody out, whatever links they hold; a member loses the note. */
  async block(actor: Person, blocked: Blocked): Promise<BlockedAnswer | Refusal> {
    const { blocks, people, reach, cuts, requests, room, nowUs } = this.#options;
    const refusal = reach.refusal(actor, "block");
    if (refusal !== null) return refusal;
    if (blocked.kind === "user" && blocked.id === actor.id) return { code: "invalid" };
    if (blocks.has(blocked)) return { isNew: false, cut: NOBODY_CUT };
    if (blocks.count >= MAX_BLOCKS) return { code: "too_many_blocks" };
    if (blocked.kind === "user" && this.#isLastOwner(blocked.id)) return { code: "last_owner" };
    people.learn(actor, nowUs());
    const { ledger } = room();
    const { result, cut } = await cuts.during(
      (visitor) => isBlockedVisitor(blocked, visitor, ledger),
      async () => {
        const removed = blocked.kind === "user" ? await this.remove(actor, blocked.id) : NOBODY_CUT;
        if ("code" in removed) return removed;
        blocks.add({ ...blocked, atUs: nowUs(), by: actor.id });
        if (blocked.kind === "user") requests.drop(blocked.id);
        room().recheck();
        return removed;
      },
    );
    return "code" in result ? result : { isNew: true, cut };
  }

  unblock(asker: Asker, blocked: Blocked): null | Refusal {
    const { blocks, reach } = this.#options;
    const refusal = reach.refusal(asker, "block");
    if (refusal === null) blocks.remove(blocked);
    return refusal;
  }

  async #grant(
    actor: Pick<Person, "principal">,
    userId: string,
    changes: readonly Grant[],
  ): Promise<CutReceipt | Refusal> {
    if (changes.length === 0) return NOBODY_CUT;
    const { cuts, room } = this.#options;
    const { result, cut } = await cuts.during(isUser(userId), () => room().changeGrants(changes, attributionOf(actor)));
    return result.ok ? cut : refusalOf(result.code);
  }

  #isLastOwner(userId: string): boolean {
    const owners = this.#options.members.list().filter(({ role }) => role === "owner");
    return owners.length === 1 && owners[0]?.userId === userId;
  }

  #anOwner(): Principal | null {
    const [first] = this.#options.members.list();
    return first?.role === "owner" ? userPrincipal(first.userId) : null;
  }

  #member({ userId, role, sinceUs, sharedBy }: MemberRow): Member {
    const { people } = this.#options;
    const { name } = people.named(userId);
    return { id: userId, name, role, sinceUs, sharedBy: sharedBy === null ? null : people.named(sharedBy) };
  }
}

export function grantOf(userId: string, role: Role | null): Grant {
  return { principal: userPrincipal(userId), role, key: null, expiresUs: null };
}

/** The sockets of one user, by whatever way they came. */
export function isUser(userId: string): (visitor: Visitor) => boolean {
  const principal = userPrincipal(userId);
  return ({ user }) => user === principal;
}
