// The Durable Object of one note: a shell that takes calls and translates. What every object with a log needs is its host's
// (host/room-host.ts); here is what only notes have: links, cards, text, and editors of another tongue (yjs/).
import {
  encodeTombstone,
  encodeTombstonePayload,
  GATEWAY,
  type LinkId,
  type NoteId,
  type Principal,
  tombstoneMessage,
  userIdOf,
  userPrincipal,
} from "@reed/log";
import { drawCard } from "../card-pictures.ts";
import { type Config, configOf, type Env } from "../env.ts";
import { DocumentAwayError } from "../host/document-base.ts";
import { RoomHost } from "../host/room-host.ts";
import { log } from "../log.ts";
import { Meter } from "../metrics/meter.ts";
import { closeAs, type YjsCloseReason } from "../yjs/close-code.ts";
import { YjsHub } from "../yjs/hub.ts";
import type { Named, NoteEvent } from "../library/events.ts";
import { type DeskProblem, ObjectDesk, SOMETHING_HERE } from "../admin/object-desk.ts";
import { LivingCardCalls } from "../discord/living-card-calls.ts";
import { Grave, GRAVE_TABLES, type GraveOptions } from "./grave.ts";
import { NOTE_STEPS } from "./migrations.ts";
import { Note } from "./note.ts";
import { type Leave, RenderLease } from "./render-lease.ts";
import type {
  Admission,
  Asker,
  CardState,
  ChainAnswer,
  FoundAnswer,
  LogRefusal,
  Founder,
  MadeNote,
  NewNote,
  OpsAnswer,
  OpsInput,
  Reader,
  Refusal,
  RestoreAnswer,
  SnapshotAnswer,
  SnapshotInput,
  StateAnswer,
  UpdateAnswer,
  UpdateInput,
  Visit,
} from "./rpc.ts";
import { NAMELESS } from "./people.ts";
import type { CutInput } from "./standing-bounds.ts";
import { worldOf } from "./world.ts";

/** Carries the checked credential of a provider (yjs/). */
export const YJS_HEADER = "Reed-Yjs";

const NOT_FOUND = { code: "not_found" } as const;
const BY_OPERATOR = { by: GATEWAY, via: "operator", session: null } as const;

export class NoteObject extends LivingCardCalls {
  protected override readonly opened = async (): Promise<Note | null> => {
    await this.#config.gateway.ready();
    return this.#note;
  };
  readonly #config: Config;
  readonly #host: RoomHost<Note>;
  readonly #yjs: YjsHub;
  readonly #lease = new RenderLease();
  /** For operators. */
  protected override readonly desk: ObjectDesk;
  readonly #graveyard: GraveOptions;
  /** Where the note was removed for good. */
  #grave: Grave | null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = configOf(env);
    const world = worldOf(env);
    this.#host = new RoomHost({
      ctx,
      config: this.#config,
      blobs: env.BLOBS ?? null,
      meter: new Meter("note", env),
      steps: NOTE_STEPS,
      host: (context) => {
        const { archive } = context.ports;
        const note = new Note({ ...context, ports: { ...this.#yjs.over(context.ports), archive } }, world);
        note.onText = () => ctx.waitUntil(this.#drawAhead(note));
        return note;
      },
    });
    this.#yjs = new YjsHub({
      sql: this.#host.sql,
      sockets: this.#host.sockets,
      note: () => this.#note,
      ready: () => this.#config.gateway.ready(),
    });
    this.desk = new ObjectDesk({
      storage: ctx.storage,
      sql: this.#host.sql,
      kind: "note",
      steps: NOTE_STEPS,
      otherTables: GRAVE_TABLES,
      blobs: env.BLOBS ?? null,
    });
    this.#graveyard = {
      sql: this.#host.sql,
      storage: ctx.storage,
      blobs: env.BLOBS ?? null,
      libraries: world.libraries,
    };
    this.#grave = Grave.find(this.#graveyard);
    if (this.#grave === null) this.#host.wake();
    this.#resumeProviders();
  }

  get #note(): Note | null {
    return this.#host.hosted;
  }

  /** A note made elsewhere; `genesis` is its first envelope, `founder` whoever brings it. */
  async found(noteId: NoteId, genesis: Uint8Array, founder?: Founder): Promise<FoundAnswer> {
    if (this.#grave !== null) return "gone";
    const found = await this.#host.found(noteId, genesis);
    if (found === "created" && founder !== undefined) this.#note?.company.begin(founder, Date.now());
    return found;
  }

  /** A note made for `owner` by the gateway. null where it was not; then nothing is left of it. */
  async create(noteId: NoteId, { genesis, owner, updates, name, isGuest }: NewNote): Promise<MadeNote | null> {
    await this.#config.gateway.ready();
    const founder = { id: userIdOf(owner) ?? "", name: name ?? NAMELESS, isGuest: isGuest ?? false };
    if ((await this.found(noteId, genesis, founder)) !== "created" || this.#note === null) return null;
    const { room, company } = this.#note;
    const attribution = { by: owner, via: "api", session: null } as const;
    const founded = await room.changeGrants(
      [{ principal: owner, role: "owner", key: null, expiresUs: null }],
      attribution,
    );
    let isWritten = founded.ok;
    for (const update of updates) isWritten &&= (await room.writeText(update, attribution)).ok;
    if (isWritten) return { expiresMs: company.lifecycle.expiresMs };
    company.close();
    await this.#host.forget();
    return null;
  }

  admit(visit: Visit): Promise<Admission | null> {
    return this.#note === null ? Promise.resolve(null) : this.#note.admit(visit);
  }

  /** Whether `reader` may read the note now. */
  mayRead(reader: Reader): boolean {
    return this.#note?.company.reach.mayRead(reader) ?? false;
  }

  async card(linkId: LinkId | null): Promise<CardState> {
    if (this.#grave !== null) return { state: "gone" };
    return (await this.#note?.card(linkId)) ?? { state: "unknown" };
  }

  async state(reader: Reader): Promise<StateAnswer | LogRefusal> {
    return (await this.#note?.calls(reader))?.state() ?? NOT_FOUND;
  }

  async chain(reader: Reader, seq: number): Promise<ChainAnswer | LogRefusal> {
    return (await this.#note?.calls(reader))?.chain(seq) ?? NOT_FOUND;
  }

  async ops(reader: Reader, input: OpsInput): Promise<OpsAnswer | LogRefusal> {
    return (await this.#note?.calls(reader))?.ops(input) ?? NOT_FOUND;
  }

  async update(reader: Reader, input: UpdateInput): Promise<UpdateAnswer | LogRefusal> {
    return (await this.#note?.calls(reader))?.update(input) ?? NOT_FOUND;
  }

  async snapshot(reader: Reader, input: SnapshotInput): Promise<SnapshotAnswer | LogRefusal> {
    return (await this.#note?.calls(reader))?.snapshot(input) ?? NOT_FOUND;
  }

  /** Removes what lies in the trash for good. */
  async purge(asker: Asker): Promise<Refusal | null> {
    const user = typeof asker === "string" ? asker : asker.principal;
    if (this.#grave !== null) return this.#grave.wasOwnedBy(userIdOf(user) ?? "") ? null : NOT_FOUND;
    const company = await this.company();
    const refusal = company === null ? NOT_FOUND : company.lifecycle.mayPurge(asker);
    if (refusal === null) await this.#bury(user);
    return refusal;
  }

  /** Ends sockets of a user, live and hibernated: of one device, of one sign-in, or all. */
  cut(input: CutInput): { readonly sockets: number } {
    return { sockets: this.#note?.company.cut(input, Date.now()) ?? 0 };
  }

  /** The guest `from` has become the user `to`, who has a library of their own. */
  async claim(from: string, to: Named): Promise<void> {
    await this.#config.gateway.ready();
    await this.#note?.company.lifecycle.claim(from, to);
  }

  /** The account `userId` is gone for good; what nobody else can have goes with it. */
  async removePerson(userId: string, _why: "purged"): Promise<void> {
    await this.#config.gateway.ready();
    const isOver = (await this.#note?.company.lifecycle.removePerson(userId)) ?? false;
    if (isOver) await this.#bury(userPrincipal(userId));
  }

  /** What the library of `userId` should know; null: they have nothing here. */
  async eventFor(userId: string): Promise<NoteEvent | null> {
    if (this.#grave !== null) return this.#grave.eventFor(userId);
    return (await this.#note?.company.eventFor(userId)) ?? null;
  }

  /** The library of `userId` hears where the log stands, until then. */
  follow(userId: string, untilMs: number): void {
    this.#note?.company.followers.add(userId, untilMs, Date.now());
  }

  /**
   * A new generation, after this object's storage was brought back from a backup: replicas that know more are told, and nobody
   * begins from a snapshot of before. Only operators come here.
   */
  async openGeneration(reason: "restored"): Promise<{ readonly seq: number } | Refusal> {
    const note = this.#note;
    if (note === null) return NOT_FOUND;
    await this.#config.gateway.ready();
    const opened = await note.room.control([], { type: "generation", reason }, BY_OPERATOR);
    if (!opened.ok) return { code: "overloaded" };
    await note.ready();
    await note.snapshots.make();
    note.company.restored(Date.now());
    return { seq: opened.seq };
  }

  /** Where there is nothing yet. A note begins a generation at once, and tells its people; a grave is a grave again. */
  async restore(noteId: NoteId, backup: ReadableStream<Uint8Array>): Promise<RestoreAnswer | DeskProblem> {
    if (this.#note !== null || this.#grave !== null) return { problem: SOMETHING_HERE };
    const header = await this.desk.restore(noteId, backup);
    if ("problem" in header) return header;
    this.#grave = Grave.find(this.#graveyard);
    if (this.#grave !== null) {
      await this.ctx.storage.setAlarm(Date.now());
      return { atMs: header.atMs, seq: null };
    }
    this.#host.wake();
    const opened = await this.openGeneration("restored");
    if ("code" in opened) return { problem: "the note did not open" };
    return { atMs: header.atMs, seq: opened.seq };
  }

  /** For abuse and for the law: whatever its people say, nothing stays but the tombstone. */
  async purgeByOperator(): Promise<Refusal | null> {
    if (this.#grave !== null) return null;
    if (this.#note === null) return NOT_FOUND;
    await this.#bury(GATEWAY);
    return null;
  }

  /** Before maintenance: every live socket is asked to come back, each at its own time within `spreadMs`. */
  drain(spreadMs: number): void {
    this.#note?.room.drain(spreadMs);
  }

  /** Leave to draw the note's picture: one at a time. */
  beginRender(key: string): Promise<Leave> {
    return this.#lease.begin(key, Date.now(), (ms) => scheduler.wait(ms));
  }

  endRender(turn: number): void {
    this.#lease.end(turn);
  }

  /** The upgrade of a socket that the worker has let in. */
  override async fetch(request: Request): Promise<Response> {
    const provider = request.headers.get(YJS_HEADER);
    if (provider === null) return this.#host.upgrade(request);
    if (this.#host.isFull) return new Response(null, { status: 503 });
    if (this.#note !== null && !(await hasDocument(this.#note)))
      return new Response("restarting" satisfies YjsCloseReason, { status: 503 });
    return this.#yjs.upgrade(provider);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const connection = this.#host.sockets.connectionOf(socket);
    if (this.#yjs.has(connection)) return this.#hear(connection, socket, message);
    await this.#host.message(connection, message);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#leave(socket);
  }

  override async alarm(): Promise<void> {
    if (this.#grave !== null) return this.#grave.tend(Date.now());
    await this.#host.alarm();
    if (this.#note?.company.lifecycle.isOver === true) await this.#bury(GATEWAY);
  }

  /** The picture of what a pasted link shows now, if there is one to paste. A card that can't be drawn is drawn when it is asked for. */
  async #drawAhead(note: Note): Promise<void> {
    try {
      const card = await note.pastedCard();
      if (card !== null) await drawCard(this.env, note.noteId, card);
    } catch (error) {
      log("error", { error: "card", message: error instanceof Error ? error.message : null });
    }
  }

  /** Providers are answered from the document, which may have to be fetched first. Where it can't be had, they come back later. */
  #resumeProviders(): void {
    const note = this.#note;
    if (note === null) return;
    if (note.snapshots.newest?.place.type !== "blob") return this.#yjs.resume(note);
    const providers = this.#host.sockets.resumeForeign();
    if (providers.size === 0) return;
    void this.ctx.blockConcurrencyWhile(async () => {
      if (await this.#canResume(note)) return this.#yjs.resume(note);
      for (const [connection, socket] of providers) this.#sendAway(connection, socket);
    });
  }

  /** Never fails: the platform would reset the object, and with it everybody who needs no document. */
  async #canResume(note: Note): Promise<boolean> {
    try {
      return await hasDocument(note);
    } catch (error) {
      log("error", { error: "document", message: error instanceof Error ? error.message : null });
      return false;
    }
  }

  async #hear(connection: number, socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    try {
      await this.#note?.ready();
      await this.#yjs.receive(connection, message);
    } catch (error) {
      if (!(error instanceof DocumentAwayError)) throw error;
      this.#sendAway(connection, socket);
    }
  }

  #sendAway(connection: number, socket: WebSocket): void {
    this.#yjs.leave(connection);
    this.#host.sockets.forget(connection);
    closeAs(socket, "restarting");
  }

  /** Removes the note for good: from the first line on nobody reads or writes it, and after the last nothing is left. */
  async #bury(by: Principal): Promise<void> {
    const note = this.#note;
    const ledger = note?.room.ledger;
    if (note === null || ledger === null || ledger === undefined) return;
    const { gateway } = this.#config;
    await gateway.ready();
    note.company.close();
    const atMs = Date.now();
    this.ctx.waitUntil(note.livingCards.farewell(atMs));
    const payload = encodeTombstonePayload({ docId: ledger.docId, head: ledger.head, by, atUs: atMs * 1000 });
    const tombstone = encodeTombstone(payload, await gateway.signer.sign(tombstoneMessage(payload)));
    if (this.#note !== note) return; // another call was faster
    const { company, noteId } = note;
    const version = company.facts.state.version + 1;
    this.#grave = Grave.dig(this.#graveyard, { noteId, tombstone, version, people: company.mourners() }, atMs);
    this.#host.release();
  }

  #leave(socket: WebSocket): void {
    this.#host.gone(socket);
    this.#yjs.leave(this.#host.sockets.connectionOf(socket));
  }
}

/** Brings the document into memory; false where it can't be had now. */
async function hasDocument(note: Note): Promise<boolean> {
  await note.ready();
  try {
    note.projection.document();
    return true;
  } catch (error) {
    if (error instanceof DocumentAwayError) return false;
    throw error;
  }
}
