// What owners do with share links. The log grants; the ledger of links (links.ts) keeps what only owners see.
import { linkPrincipal, linkWriteSigner } from "@reed/crypto";
import { linkIdBytes, linkIdOf, type NoteId, noteIdBytes, parseLinkId, userIdOf } from "@reed/log";
import type { Room } from "@reed/room";
import type { Named } from "../library/events.ts";
import { type CutReceipt, type Cuts, NOBODY_CUT } from "./cuts.ts";
import { liveByLink, type LinkRow, linkStateOf, type LinkTable, MAX_LINKS } from "./links.ts";
import type { People } from "./people.ts";
import type { Reach } from "./reach.ts";
import type { Asker, LinkAnswer, LinkChange, LinkInput, LinkView, Person, Refusal } from "./rpc.ts";
import { attributionOf, refusalOf } from "./writes.ts";

export interface LinkCallsOptions {
  readonly noteId: NoteId;
  readonly links: LinkTable;
  readonly people: People;
  readonly reach: Reach;
  readonly cuts: Cuts;
  room(): Room;
  nowUs(): number;
}

export class LinkCalls {
  readonly #options: LinkCallsOptions;
  /** A change of a link and its revocation are one after the other, or the first would give again what the second took. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LinkCallsOptions) {
    this.#options = options;
  }

  list(asker: Asker): readonly LinkView[] | Refusal {
    const { reach, links, room } = this.#options;
    const refusal = reach.refusal(asker, "list_links");
    if (refusal !== null) return refusal;
    const live = liveByLink(
      room()
        .sessions.filter(({ phase }) => phase === "live")
        .map(({ visitor }) => visitor),
    );
    return links.list().map((link) => this.#view(link, live.get(link.principal) ?? 0));
  }

  /** `linkBytes`: 12 random bytes; `secret`: 16. */
  async add(actor: Person, input: LinkInput, linkBytes: Uint8Array, secret: Uint8Array): Promise<LinkAnswer> {
    const { noteId, reach, links, people, room, nowUs } = this.#options;
    const refusal = reach.refusal(actor, "change_grants");
    if (refusal !== null) return refusal;
    const atUs = nowUs();
    if (links.list().filter((link) => linkStateOf(link, atUs) !== "ended").length >= MAX_LINKS)
      return { code: "too_many_links" };
    const principal = linkPrincipal(linkBytes);
    const isEdit = input.role === "editor";
    const key = isEdit ? linkWriteSigner(secret, noteIdBytes(noteId)).publicKey : null;
    people.learn(actor, atUs);
    const granted = await room().changeGrants(
      [{ principal, role: input.role, key, expiresUs: input.expiresUs }],
      attributionOf(actor),
    );
    if (!granted.ok) return refusalOf(granted.code);
    const linkId = linkIdOf(linkBytes);
    links.add({
      ...input,
      linkId,
      principal,
      createdUs: atUs,
      createdBy: actor.principal,
      secret: isEdit ? secret : null,
    });
    return this.#answer(linkId);
  }

  /** Only what is named changes. An earlier end is also the end of whoever is here by it. */
  change(actor: Person, linkId: string, change: LinkChange): Promise<LinkAnswer> {
    return this.#inTurn(() => this.#change(actor, linkId, change));
  }

  /** Takes a link back; the room cuts those who came by it. Now, or before. */
  revoke(actor: Person, linkId: string): Promise<CutReceipt | Refusal> {
    return this.#inTurn(() => this.#revoke(actor, linkId));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #change(actor: Person, linkId: string, change: LinkChange): Promise<LinkAnswer> {
    const { links, room, nowUs } = this.#options;
    const found = this.#owned(actor, linkId);
    if ("code" in found) return found;
    if (found.revokedUs !== null) return { code: "not_found" };
    const { expiresUs = found.expiresUs } = change;
    if (expiresUs !== found.expiresUs) {
      const { principal, role } = found;
      const grant = [...(room().ledger?.grants.values() ?? [])].find((known) => known.principal === principal);
      if (grant === undefined) return { code: "not_found" };
      const changed = await room().changeGrants(
        [{ principal: grant.principal, role, key: grant.key, expiresUs }],
        attributionOf(actor),
      );
      if (!changed.ok) return refusalOf(changed.code);
      if (expiresUs !== null && expiresUs <= nowUs()) room().recheck();
    }
    links.change(found.linkId, { ...found, ...change, expiresUs });
    return this.#answer(found.linkId);
  }

  async #revoke(actor: Person, linkId: string): Promise<CutReceipt | Refusal> {
    const { links, cuts, room, nowUs } = this.#options;
    const found = this.#owned(actor, linkId);
    if ("code" in found) return found;
    const id = parseLinkId(found.linkId);
    if (id === null || found.revokedUs !== null) return NOBODY_CUT;
    const principal = linkPrincipal(linkIdBytes(id));
    const { result, cut } = await cuts.during(
      ({ link }) => link === principal,
      async () => {
        const taken = await room().changeGrants(
          [{ principal, role: null, key: null, expiresUs: null }],
          attributionOf(actor),
        );
        if (taken.ok) links.revoke(id, nowUs());
        return taken;
      },
    );
    return result.ok ? cut : refusalOf(result.code);
  }

  #owned(asker: Asker, linkId: string): LinkRow | Refusal {
    const { reach, links } = this.#options;
    const refusal = reach.refusal(asker, "change_grants");
    if (refusal !== null) return refusal;
    const id = parseLinkId(linkId);
    return (id === null ? null : links.find(id)) ?? { code: "not_found" };
  }

  #answer(linkId: string): LinkAnswer {
    const { links, room } = this.#options;
    const id = parseLinkId(linkId);
    const link = id === null ? null : links.find(id);
    if (link === null) return { code: "not_found" };
    return this.#view(link, liveByLink(room().sessions.map(({ visitor }) => visitor)).get(link.principal) ?? 0);
  }

  #view(link: LinkRow, live: number): LinkView {
    const userId = userIdOf(link.createdBy);
    const creator: Named | null = userId === null ? null : this.#options.people.named(userId);
    return { ...link, creator, live };
  }
}
