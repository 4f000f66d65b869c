// One founded note inside its object: the room with everything around it. The shell (note-object.ts) wakes it and speaks RPC;
// this decides. Who may do what is asked of `can` with the role that the room finds in the log.
import { can, type Role } from "@reed/access";
import { encodeUtf8 } from "@reed/bytes";
import { linkPrincipal, linkWriteSigner } from "@reed/crypto";
import {
  GATEWAY,
  type LinkId,
  linkIdOf,
  type LogRow,
  type NoteId,
  noteIdBytes,
  parseLinkId,
  linkIdBytes,
  type Principal,
} from "@reed/log";
import { Room, type SnapshotContent, type Visitor } from "@reed/room";
import { encodeDocument, stateHash, textOf } from "@reed/text";
import { History } from "../history/history.ts";
import { NoteCalls } from "../history/note-calls.ts";
import { Scrub } from "../history/scrub.ts";
import type { Duties } from "../host/due.ts";
import { type HostPorts, sha256 } from "../host/ports.ts";
import type { HostContext, Hosted } from "../host/room-host.ts";
import { SNAPSHOT_LIMITS, type SnapshotLimits, Snapshots } from "../host/snapshots.ts";
import { Settings } from "../settings/settings.ts";
import { provesLink } from "./link-certificate.ts";
import { liveByLink, linkStateOf, LinkTable, MAX_LINKS } from "./links.ts";
import { LogCalls } from "./log-calls.ts";
import { Projection } from "./projection.ts";
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
import { type Actor, standingOf } from "./standing.ts";
import { TextDuty } from "./text-duty.ts";

const NOBODY = new Uint8Array();

export class Note implements Hosted {
  readonly noteId: NoteId;
  readonly room: Room;
  readonly projection: Projection;
  readonly snapshots: Snapshots;
  readonly scrub: Scrub;
  readonly duties: Duties;
  readonly #history: History;
  readonly #settings: Settings;
  readonly #links: LinkTable;
  readonly #ports: HostPorts;
  readonly #text: TextDuty;

  constructor({ noteId, sql, ports, due, blobs }: HostContext, limits: SnapshotLimits = SNAPSHOT_LIMITS) {
    this.noteId = noteId;
    this.#ports = ports;
    this.#links = new LinkTable(sql);
    this.room = new Room(noteId, ports);
    const { log, archive } = ports;
    this.projection = new Projection({
      sql,
      log,
      isGateway: (author) => this.#isGateway(author),
      base: () => this.snapshots.document(),
    });
    this.#text = new TextDuty(this.projection, due);
    this.snapshots = new Snapshots({
      noteId,
      sql,
      log,
      archive,
      due,
      blobs,
      limits,
      room: () => this.room,
      prepare: () => this.#followStretch(),
      read: () => this.#content(),
    });
    this.room.isFull = this.#text.isFull;
    const shared = { sql, due, projection: this.projection, room: () => this.room, ready: () => this.ready() };
    const isGateway = (author: Uint8Array) => this.#isGateway(author);
    this.#history = new History({ ...shared, isGateway, nowUs: ports.nowUs });
    this.scrub = new Scrub({ ...shared, snapshots: this.snapshots, archive, history: this.#history });
    this.#settings = new Settings(() => this.room, ports.nowUs);
    this.duties = {
      ...this.snapshots.duties,
      ...this.#history.duties,
      ...this.scrub.duties,
      project: (nowMs) => this.#projectStretch(nowMs),
    };
  }

  onAppend(rows: readonly LogRow[]): void {
    const nowMs = this.#ports.nowUs() / 1000;
    this.#text.onAppend(rows, nowMs);
    this.snapshots.onAppend(rows, nowMs);
    this.#history.onAppend(rows, nowMs);
    this.scrub.onAppend(rows, nowMs);
  }

  /** To be awaited before the document is asked for: a large snapshot does not rest in the object. */
  async ready(): Promise<void> {
    if (!this.projection.isLoaded) await this.snapshots.ready();
  }

  /** Follows the log with the text, and tells the room whether it is full. */
  project(): void {
    this.projection.update();
    this.room.isFull = this.#text.isFull;
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
  async text(reader: Reader): Promise<TextAnswer | null> {
    if (!this.#mayRead(reader)) return null;
    if (!this.projection.isWarm) await this.ready();
    if (!this.#mayRead(reader)) return null;
    this.project();
    const { text, modifiedUs } = this.projection.read();
    return { text, modifiedAtMs: modifiedUs === null ? null : Math.floor(modifiedUs / 1000) };
  }

  /** What `reader` may ask of the log; null where they may not read it. */
  async calls(reader: Reader): Promise<LogCalls | null> {
    if (!this.#mayRead(reader)) return null;
    await this.ready();
    // Asked again: access may have ended while something was fetched.
    const { ledger } = this.room;
    if (ledger === null || !this.#mayRead(reader)) return null;
    const { projection, snapshots } = this;
    const isGateway = (author: Uint8Array) => this.#isGateway(author);
    return new LogCalls({ ports: this.#ports, ledger, projection, snapshots, isGateway });
  }

  /** What `actor` may ask of its past and its settings. */
  past(actor: Actor): NoteCalls {
    const { noteId, room, projection, scrub } = this;
    return new NoteCalls({
      noteId,
      room,
      projection,
      scrub,
      history: this.#history,
      settings: this.#settings,
      standing: () => standingOf(actor, { noteId, room, isLinkOpen: this.#isLinkOpen(actor.linkId) }),
      ready: () => this.ready(),
    });
  }

  /** What the page behind an address may show to anybody at all. */
  async card(linkId: LinkId | null): Promise<CardState> {
    if (this.room.ledger?.isFounded !== true) return { state: "unknown" };
    if (linkId === null) return { state: "restricted" };
    const state = this.#linkStateOf(linkId);
    if (state === "unknown") return { state };
    if (state === "ended") return { state: "gone" };
    const answer = await this.text({ user: null, linkId });
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

  #isLinkOpen(linkId: LinkId | null): boolean {
    return linkId !== null && this.#linkStateOf(linkId) === "open";
  }

  #mayRead({ user, linkId }: Reader): boolean {
    const link = linkId !== null && this.#isLinkOpen(linkId) ? linkPrincipal(linkIdBytes(linkId)) : null;
    return can(this.room.roleOf({ device: NOBODY, user, link, holdsLinkSecret: false }), "read");
  }

  #isGateway(author: Uint8Array): boolean {
    return this.room.ledger?.author(author)?.principals.includes(GATEWAY) ?? false;
  }

  async #projectStretch(nowMs: number): Promise<number | null> {
    await this.ready();
    const nextMs = this.#text.run(nowMs);
    this.room.isFull = this.#text.isFull;
    return nextMs;
  }

  async #followStretch(): Promise<boolean> {
    return (await this.#projectStretch(Date.now())) === null;
  }

  #content(): SnapshotContent {
    const doc = this.projection.document();
    return { text: encodeUtf8(textOf(doc)), document: encodeDocument(doc), stateHash: stateHash(doc, sha256) };
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
