// One founded note inside its object: the room with everything around it. The shell (note-object.ts) wakes it and speaks RPC;
// this decides. Who may do what is asked of `can` with the role that the room finds in the log.
import { can, type Role } from "@reed/access";
import { linkPrincipal, linkWriteSigner } from "@reed/crypto";
import {
  GATEWAY,
  type LinkId,
  linkIdOf,
  type NoteId,
  noteIdBytes,
  parseLinkId,
  linkIdBytes,
  type Principal,
} from "@reed/log";
import { Room, type RoomPorts, type Sql, type Visitor } from "@reed/room";
import { provesLink } from "./link-certificate.ts";
import { liveByLink, linkStateOf, LinkTable, MAX_LINKS } from "./links.ts";
import { MAX_TEXT_BYTES, Projection } from "./projection.ts";
import type {
  Admission,
  CardState,
  LinkAnswer,
  LinkInput,
  LinkView,
  Reader,
  Refusal,
  TextAnswer,
  Visit,
} from "./rpc.ts";

const NOBODY = new Uint8Array();

export class Note {
  readonly noteId: NoteId;
  readonly room: Room;
  readonly projection: Projection;
  readonly #links: LinkTable;
  readonly #ports: RoomPorts;

  /** The tables must be there. */
  constructor(noteId: NoteId, sql: Sql, ports: RoomPorts) {
    this.noteId = noteId;
    this.#ports = ports;
    this.#links = new LinkTable(sql);
    this.room = new Room(noteId, ports);
    this.projection = new Projection(
      sql,
      ports.log,
      (author) => this.room.ledger?.author(author)?.principals.includes(GATEWAY) ?? false,
    );
    this.room.isFull = this.projection.textBytes > MAX_TEXT_BYTES;
  }

  /** Follows the log with the text, and tells the room whether it is full. */
  project(): void {
    this.projection.update();
    this.room.isFull = this.projection.textBytes > MAX_TEXT_BYTES;
  }

  /** What a visitor's ticket may say; null where there is nothing here for them. Counts the use of a link. */
  async admit({ device, user, linkId, linkCertificate }: Visit): Promise<Admission | null> {
    const alone: Visitor = { device, user, link: null, holdsLinkSecret: false };
    const byUser = this.room.roleOf(alone);
    const visitor = linkId === null ? alone : await this.#byLink(alone, linkId, linkCertificate);
    const row = linkId === null ? null : this.#links.find(linkId);
    const role = this.room.roleOf(visitor);
    const isLinkNeeded = row !== null && role !== byUser && can(role, "read");
    if (isLinkNeeded && this.#links.use(row, device, this.#ports.nowUs())) return admissionOf(visitor);
    return can(byUser, "read") ? admissionOf(alone) : null;
  }

  /** The text for somebody who may read it, by account or by link. */
  text({ user, linkId }: Reader): TextAnswer | null {
    const isByLink = linkId !== null && this.#linkStateOf(linkId) === "open";
    const link = isByLink ? linkPrincipal(linkIdBytes(linkId)) : null;
    if (!can(this.room.roleOf({ device: NOBODY, user, link, holdsLinkSecret: false }), "read")) return null;
    const { text, modifiedUs } = this.#project();
    return { text, modifiedAtMs: modifiedUs === null ? null : Math.floor(modifiedUs / 1000) };
  }

  /** What the page behind an address may show to anybody at all. */
  card(linkId: LinkId | null): CardState {
    if (this.room.ledger?.isFounded !== true) return { state: "unknown" };
    if (linkId === null) return { state: "restricted" };
    const state = this.#linkStateOf(linkId);
    if (state === "unknown") return { state };
    if (state === "ended") return { state: "gone" };
    const answer = this.text({ user: null, linkId });
    return answer === null ? { state: state === "used_up" ? "restricted" : "gone" } : { state: "content", ...answer };
  }

  listLinks(user: Principal): readonly LinkView[] | Refusal {
    const refusal = this.#refusalOf(user, "list_links");
    if (refusal !== null) return refusal;
    const live = liveByLink(this.room.sessions.filter(({ phase }) => phase === "live").map(({ visitor }) => visitor));
    return this.#links.list().map((link) => ({ ...link, live: live.get(link.principal) ?? 0 }));
  }

  /** `linkBytes`: 12 random bytes; `secret`: 16. */
  async addLink(user: Principal, input: LinkInput, linkBytes: Uint8Array, secret: Uint8Array): Promise<LinkAnswer> {
    const refusal = this.#refusalOf(user, "change_grants");
    if (refusal !== null) return refusal;
    const nowUs = this.#ports.nowUs();
    if (this.#links.list().filter((link) => linkStateOf(link, nowUs) !== "ended").length >= MAX_LINKS)
      return { code: "too_many_links" };
    const principal = linkPrincipal(linkBytes);
    const isEdit = input.role === "editor";
    const key = isEdit ? linkWriteSigner(secret, noteIdBytes(this.noteId)).publicKey : null;
    const granted = await this.room.changeGrants(
      [{ principal, role: input.role, key, expiresUs: input.expiresUs }],
      attributionOf(user),
    );
    if (!granted.ok) return { code: "overloaded" };
    const link = {
      ...input,
      linkId: linkIdOf(linkBytes),
      principal,
      createdUs: nowUs,
      createdBy: user,
      secret: isEdit ? secret : null,
    };
    this.#links.add(link);
    return { ...link, revokedUs: null, lastUsedUs: null, uses: 0, live: 0 };
  }

  /** Takes a link back; the room cuts those who came by it. null: done, now or before. */
  async revokeLink(user: Principal, linkId: string): Promise<Refusal | null> {
    const refusal = this.#refusalOf(user, "change_grants");
    if (refusal !== null) return refusal;
    const id = parseLinkId(linkId);
    const link = id === null ? null : this.#links.find(id);
    if (id === null || link === null) return { code: "not_found" };
    if (link.revokedUs !== null) return null;
    const taken = await this.room.changeGrants(
      [{ principal: linkPrincipal(linkIdBytes(id)), role: null, key: null, expiresUs: null }],
      attributionOf(user),
    );
    if (!taken.ok) return { code: "overloaded" };
    this.#links.revoke(id, this.#ports.nowUs());
    return null;
  }

  async #byLink(alone: Visitor, linkId: LinkId, certificate: Uint8Array | null): Promise<Visitor> {
    const link = linkPrincipal(linkIdBytes(linkId));
    const { ledger } = this.room;
    const holdsLinkSecret =
      ledger !== null &&
      certificate !== null &&
      (await provesLink(certificate, { link, device: alone.device, ledger, ports: this.#ports }));
    return { ...alone, link, holdsLinkSecret };
  }

  #linkStateOf(linkId: LinkId): ReturnType<typeof linkStateOf> | "unknown" {
    const link = this.#links.find(linkId);
    return link === null ? "unknown" : linkStateOf(link, this.#ports.nowUs());
  }

  #project(): ReturnType<Projection["read"]> {
    this.project();
    return this.projection.read();
  }

  #roleOfUser(user: Principal): Role | null {
    return this.room.roleOf({ device: NOBODY, user, link: null, holdsLinkSecret: false });
  }

  /** null: allowed. Who may not even read learns nothing. */
  #refusalOf(user: Principal, action: "list_links" | "change_grants"): Refusal | null {
    const role = this.#roleOfUser(user);
    if (can(role, action)) return null;
    return { code: can(role, "read") ? "forbidden" : "not_found" };
  }
}

function attributionOf(user: Principal) {
  return { by: user, via: "api", session: null } as const;
}

function admissionOf({ user, link, holdsLinkSecret }: Visitor): Admission {
  return { user, link, holdsLinkSecret };
}
