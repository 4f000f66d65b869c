// The calls about sharing of a note's object: members, links, requests, blocks and the trash, each handed to whoever decides it.
import type { Role } from "@reed/access";
import { OperatedObject } from "../admin/operated-object.ts";
import type { Named } from "../library/events.ts";
import type { Blocked } from "./blocks.ts";
import type { Company } from "./company.ts";
import type { CutReceipt } from "./cuts.ts";
import type {
  Asker,
  BlockedAnswer,
  BlockView,
  ChannelAnswer,
  ChannelRole,
  LinkAnswer,
  LinkChange,
  LinkInput,
  LinkView,
  Member,
  Person,
  Refusal,
  RequestView,
  SharedAnswer,
} from "./rpc.ts";

const NOT_FOUND = { code: "not_found" } as const;

export abstract class SharingCalls extends OperatedObject {
  /** What hangs on who has the note, once the gateway can write; null where there is no note. A value: methods can be called from afar. */
  protected abstract readonly company: () => Promise<Company | null>;

  listLinks(actor: Person): Promise<readonly LinkView[] | Refusal> {
    return this.#ask(({ links }) => links.list(actor));
  }

  addLink(actor: Person, input: LinkInput): Promise<LinkAnswer> {
    const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
    return this.#ask(({ links }) => links.add(actor, input, random(12), random(16)));
  }

  changeLink(actor: Person, linkId: string, change: LinkChange): Promise<LinkAnswer> {
    return this.#ask(({ links }) => links.change(actor, linkId, change));
  }

  revokeLink(actor: Person, linkId: string): Promise<CutReceipt | Refusal> {
    return this.#ask(({ links }) => links.revoke(actor, linkId));
  }

  members(asker: Asker): Promise<readonly Member[] | Refusal> {
    return this.#ask(({ sharing }) => sharing.members(asker));
  }

  channelRole(actor: Person): Promise<ChannelAnswer | Refusal> {
    return this.#ask(({ channels }) => channels.roleOf(actor));
  }

  putChannel(actor: Person, role: ChannelRole): Promise<ChannelAnswer | Refusal> {
    return this.#ask(({ channels }) => channels.put(actor, role));
  }

  removeChannel(actor: Person): Promise<CutReceipt | Refusal> {
    return this.#ask(({ channels }) => channels.remove(actor));
  }

  putMember(actor: Person, target: Named, role: Role): Promise<SharedAnswer | Refusal> {
    return this.#ask(({ sharing }) => sharing.put(actor, target, role));
  }

  removeMember(actor: Person, userId: string): Promise<CutReceipt | Refusal> {
    return this.#ask(({ sharing }) => sharing.remove(actor, userId));
  }

  /** Says nothing of what came of it, so that nobody learns by asking what there is. */
  async askAccess(person: Named, message: string | null): Promise<void> {
    await this.#ask(({ sharing }) => sharing.ask(crypto.randomUUID(), person, message));
  }

  accessRequests(asker: Asker): Promise<readonly RequestView[] | Refusal> {
    return this.#ask(({ sharing }) => sharing.requests(asker));
  }

  answerRequest(actor: Person, requestId: string, role: Role | null): Promise<Refusal | null> {
    return this.#ask(({ sharing }) => sharing.answer(actor, requestId, role));
  }

  blocks(asker: Asker): Promise<readonly BlockView[] | Refusal> {
    return this.#ask(({ sharing }) => sharing.blocks(asker));
  }

  block(actor: Person, blocked: Blocked): Promise<BlockedAnswer | Refusal> {
    return this.#ask(({ sharing }) => sharing.block(actor, blocked));
  }

  unblock(asker: Asker, blocked: Blocked): Promise<Refusal | null> {
    return this.#ask(({ sharing }) => sharing.unblock(asker, blocked));
  }

  trash(asker: Asker): Promise<Refusal | null> {
    return this.#ask(({ lifecycle }) => lifecycle.trash(asker));
  }

  untrash(asker: Asker): Promise<Refusal | null> {
    return this.#ask(({ lifecycle }) => lifecycle.untrash(asker));
  }

  async #ask<T>(question: (company: Company) => T | Promise<T>): Promise<T | typeof NOT_FOUND> {
    const company = await this.company();
    return company === null ? NOT_FOUND : question(company);
  }
}
