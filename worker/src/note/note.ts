// One founded note inside its object: the room with everything around it. The shell (note-object.ts) wakes it and speaks RPC;
// this decides. Who may do what is asked of `can` with the role that the room finds in the log.
import { can } from "@reed/access";
import { encodeUtf8, toHex } from "@reed/bytes";
import { linkPrincipal } from "@reed/crypto";
import {
  GATEWAY,
  type LinkId,
  linkIdBytes,
  type LogRow,
  type NoteId,
  parseLinkId,
  type Principal,
  userIdOf,
} from "@reed/log";
import { Room, type SnapshotContent, type Visitor } from "@reed/room";
import { encodeDocument, stateHash, textOf } from "@reed/text";
import { emptyShelf } from "../admin/backup-shelf.ts";
import { picturesOf } from "../card/kept-pictures.ts";
import { History } from "../history/history.ts";
import { NoteCalls } from "../history/note-calls.ts";
import { Scrub } from "../history/scrub.ts";
import { LivingCards } from "../discord/living-cards.ts";
import { type ChannelCard, HIDDEN, UNAVAILABLE } from "../discord/living-card-view.ts";
import { tickNext, type Ticked } from "../discord/tick.ts";
import { WRITERS_ROWS, writersOf } from "../discord/writers.ts";
import type { Duties } from "../host/due.ts";
import { type HostPorts, sha256 } from "../host/ports.ts";
import type { HostContext, Hosted } from "../host/room-host.ts";
import { SNAPSHOT_LIMITS, type SnapshotLimits, Snapshots } from "../host/snapshots.ts";
import { Settings } from "../settings/settings.ts";
import { Company, type NoteWorld } from "./company.ts";
import { provesLink } from "./link-certificate.ts";
import { CARD_PEOPLE, shownState } from "./card-state.ts";
import { LinkTable } from "./links.ts";
import { LogCalls } from "./log-calls.ts";
import { Projection } from "./projection.ts";
import { visitorBy } from "./reach.ts";
import type { Admission, CardState, Reader, TextAnswer, Visit } from "./rpc.ts";
import { type Actor, refusalFor, type Standing, standingOf } from "./standing.ts";
import { ScheduledBackups } from "../admin/scheduled-backups.ts";
import { TextIo } from "../text-io/text-io.ts";
import { TextDuty } from "./text-duty.ts";

export class Note implements Hosted {
  readonly noteId: NoteId;
  readonly room: Room;
  readonly projection: Projection;
  readonly snapshots: Snapshots;
  readonly scrub: Scrub;
  readonly company: Company;
  readonly livingCards: LivingCards;
  readonly duties: Duties;
  readonly #history: History;
  readonly #backups: ScheduledBackups;
  readonly #settings: Settings;
  readonly #links: LinkTable;
  /** The stored text is that of now again: what cards show may have changed. */
  onText: () => void = () => undefined;
  readonly #ports: HostPorts;
  readonly #text: TextDuty;

  constructor(
    { noteId, sql, ports, due, meter, blobs }: HostContext,
    world: NoteWorld,
    limits: SnapshotLimits = SNAPSHOT_LIMITS,
  ) {
    const { log, archive, nowUs } = ports;
    this.noteId = noteId;
    this.#ports = ports;
    const links = (this.#links = new LinkTable(sql));
    const company = new Company({
      noteId,
      sql,
      due,
      log,
      links,
      world,
      delivered: (lagMs) => meter.delivered(lagMs),
      room: () => this.room,
      projection: () => this.projection,
      settings: () => this.#settings,
      ready: () => this.ready(),
      nowUs,
    });
    this.company = company;
    this.room = new Room(noteId, {
      ...ports,
      close: (connection, reason) => {
        company.cuts.onClose(connection, reason);
        ports.close(connection, reason);
      },
    });
    this.room.bounds = company.bounds;
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
    const userOfDevice = (device: string) => company.userOfDevice(device);
    this.#history = new History({ ...shared, isGateway, userOfDevice, nowUs: ports.nowUs });
    this.#backups = new ScheduledBackups({ sql, due, kind: "note", name: () => noteId, blobs });
    const backups = this.#backups;
    this.scrub = new Scrub({
      ...shared,
      snapshots: this.snapshots,
      archive,
      history: this.#history,
      backups,
      dropPictures: async () => (blobs === null ? undefined : emptyShelf(blobs, picturesOf(noteId))),
    });
    this.#settings = new Settings(() => this.room, ports.nowUs);
    this.livingCards = new LivingCards({
      sql,
      due,
      sender: world.cards?.(noteId) ?? null,
      view: (channel) => this.channelCard(channel),
      nowMs: () => nowUs() / 1000,
    });
    this.duties = {
      ...this.snapshots.duties,
      ...this.#history.duties,
      ...this.scrub.duties,
      ...this.#backups.duties,
      ...company.duties,
      ...this.livingCards.duties,
      project: (nowMs) => this.#projectStretch(nowMs),
    };
    company.wake(nowUs() / 1000);
  }

  onAppend(rows: readonly LogRow[]): void {
    const nowMs = this.#ports.nowUs() / 1000;
    this.#text.onAppend(rows, nowMs);
    this.snapshots.onAppend(rows, nowMs);
    this.#history.onAppend(rows, nowMs);
    this.scrub.onAppend(rows, nowMs);
    this.company.onAppend(rows, nowMs);
    this.#backups.onAppend(nowMs);
    this.livingCards.onAppend(rows, nowMs);
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
  async admit(visit: Visit): Promise<Admission | null> {
    const { device, user, linkId, linkCertificate, name, session, channel } = visit;
    const alone: Visitor = { device, user, link: null, holdsLinkSecret: false, session, channel };
    const admission = await this.#admit(alone, linkId, linkCertificate);
    const userId = userIdOf(user);
    if (admission === null || userId === null) return admission;
    if (name !== undefined) this.company.people.learn({ id: userId, name }, this.#ports.nowUs());
    if (admission.channel !== null) this.company.learnDevice(device, userId);
    if (admission.link === null) this.company.lifecycle.touch(this.#ports.nowUs() / 1000);
    return admission;
  }

  async #admit(alone: Visitor, linkId: LinkId | null, linkCertificate: Uint8Array | null): Promise<Admission | null> {
    const byThemselves = this.room.roleOf(alone);
    const visitor = linkId === null ? alone : await this.#byLink(alone, linkId, linkCertificate);
    const row = linkId === null ? null : this.#links.find(linkId);
    const role = this.room.roleOf(visitor);
    const isLinkNeeded = row !== null && role !== byThemselves && can(role, "read");
    if (isLinkNeeded && this.#links.use(row, alone.device, this.#ports.nowUs())) return this.#admissionOf(visitor);
    return can(byThemselves, "read") ? this.#admissionOf(alone) : null;
  }

  /** The text for somebody who may read it, by account or by link. */
  async text(reader: Reader): Promise<TextAnswer | null> {
    if (!this.company.reach.mayRead(reader)) return null;
    if (!this.projection.isWarm) await this.ready();
    if (!this.company.reach.mayRead(reader)) return null;
    this.project();
    const { text, modifiedUs } = this.projection.read();
    return { text, modifiedAtMs: modifiedUs === null ? null : Math.floor(modifiedUs / 1000) };
  }

  /** What `reader` may ask of the log; null where they may not read it. */
  async calls(reader: Reader): Promise<LogCalls | null> {
    if (!this.company.reach.mayRead(reader)) return null;
    await this.ready();
    // Asked again: access may have ended while something was fetched.
    const { ledger } = this.room;
    if (ledger === null || !this.company.reach.mayRead(reader)) return null;
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
      standing: () => standingOf(actor, { noteId, room, isLinkOpen: this.company.reach.isLinkOpen(actor.linkId) }),
      ready: () => this.ready(),
    });
  }

  /** The text for `actor`, in and out. */
  texts(actor: Actor): TextIo {
    const { noteId, room, projection } = this;
    return new TextIo({
      ports: this.#ports,
      room,
      projection,
      settings: this.#settings,
      standing: () => standingOf(actor, { noteId, room, isLinkOpen: this.company.reach.isLinkOpen(actor.linkId) }),
      isGateway: (author) => this.#isGateway(author),
      project: () => this.project(),
      ready: () => this.ready(),
    });
  }

  /** The card of the link that was made last and is open; null where there is none. */
  async pastedCard(): Promise<CardState | null> {
    for (const link of this.#links.list().toReversed()) {
      const linkId = parseLinkId(link.linkId);
      if (linkId !== null && this.company.reach.isLinkOpen(linkId)) return this.card(linkId);
    }
    return null;
  }

  /** What the page behind an address may show to anybody at all. */
  async card(linkId: LinkId | null): Promise<CardState> {
    if (this.room.ledger?.isFounded !== true) return { state: "unknown" };
    if (this.company.bounds.isFrozen) return { state: "gone" };
    if (linkId === null) return { state: "restricted" };
    const state = this.company.reach.linkState(linkId);
    if (state === "unknown") return { state };
    if (state === "ended") return { state: "gone" };
    const answer = await this.text({ user: null, linkId });
    return answer === null
      ? { state: state === "used_up" ? "restricted" : "gone" }
      : shownState(answer, this.#settings.read(), this.company.named(CARD_PEOPLE));
  }

  /** What a message in `channel` may show: what the channel may read, as far as the preview goes. */
  async channelCard(channel: Principal): Promise<ChannelCard> {
    const answer = this.company.bounds.isFrozen ? null : await this.text({ user: null, linkId: null, channel });
    if (answer === null) return UNAVAILABLE;
    const settings = this.#settings.read();
    const card = shownState(answer, settings, this.company.named(CARD_PEOPLE));
    if (card.state === "title") return { state: "shown", card, writers: [], mayTick: false };
    if (card.state !== "content") return HIDDEN;
    const mayTick = !settings.locked && refusalFor(this.#standingOf(channel), "write_text") === null;
    return { state: "shown", card, writers: this.#writers(), mayTick };
  }

  /** Ticks the next open task for somebody in `channel`, of whom nothing is known where `user` is null. */
  async tickNext(channel: Principal, user: Principal | null): Promise<Ticked> {
    await this.ready();
    if (this.company.bounds.isStopped(visitorBy(user, channel))) return "not_found";
    const { room, projection } = this;
    return tickNext({ room, projection, standing: this.#standingOf(channel), project: () => this.project() });
  }

  #standingOf(channel: Principal): Standing | null {
    const { noteId, room } = this;
    return standingOf({ user: null, linkId: null, secret: null, channel }, { noteId, room, isLinkOpen: false });
  }

  /** Names of who has just written. */
  #writers(): readonly string[] {
    const { log, nowUs } = this.#ports;
    const firstSeq = Math.max(log.firstSeq(), log.lastSeq() - WRITERS_ROWS + 1);
    const writers = writersOf(log.read(firstSeq, WRITERS_ROWS), {
      nowUs: nowUs(),
      isGateway: (author) => this.#isGateway(author),
      principalsOf: (author) => this.#usersOf(author),
    });
    const names = writers.flatMap((principal) => this.company.people.personOf(principal).name ?? []);
    return [...new Set(names)];
  }

  /** For whom a device writes. */
  #usersOf(author: Uint8Array): readonly Principal[] {
    const users = (this.room.ledger?.author(author)?.principals ?? []).filter((by) => userIdOf(by) !== null);
    const byChannel = users.length > 0 ? null : this.company.userOfDevice(toHex(author));
    return byChannel === null ? users : [byChannel];
  }

  /** A channel that has nothing here is not said. */
  #admissionOf({ user, link, holdsLinkSecret, channel = null }: Visitor): Admission {
    const atUs = this.#ports.nowUs();
    const hasRole = channel !== null && (this.room.ledger?.roleOfAny([channel], atUs) ?? null) !== null;
    return { user, link, holdsLinkSecret, channel: hasRole ? channel : null };
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

  #isGateway(author: Uint8Array): boolean {
    return this.room.ledger?.author(author)?.principals.includes(GATEWAY) ?? false;
  }

  async #projectStretch(nowMs: number): Promise<number | null> {
    await this.ready();
    const nextMs = await this.#text.run(nowMs);
    this.room.isFull = this.#text.isFull;
    if (nextMs === null) this.onText();
    return nextMs;
  }

  async #followStretch(): Promise<boolean> {
    return (await this.#projectStretch(Date.now())) === null;
  }

  #content(): SnapshotContent {
    const doc = this.projection.document();
    return { text: encodeUtf8(textOf(doc)), document: encodeDocument(doc), stateHash: stateHash(doc, sha256) };
  }
}
