// The Durable Object of one note: a shell that takes calls and translates. What every object with a log needs is its host's
// (host/room-host.ts); here is what only notes have: links, cards, text, and editors of another tongue (yjs/).
import { DurableObject } from "cloudflare:workers";
import { GATEWAY, type LinkId, type NoteId, type Principal } from "@reed/log";
import { type Config, configOf, type Env } from "../env.ts";
import { RoomHost } from "../host/room-host.ts";
import { YjsHub } from "../yjs/hub.ts";
import { NOTE_STEPS } from "./migrations.ts";
import { Note } from "./note.ts";
import { RenderLease } from "./render-lease.ts";
import type {
  Admission,
  CardState,
  ChainAnswer,
  FoundAnswer,
  LinkAnswer,
  LinkInput,
  LinkView,
  LogRefusal,
  NewNote,
  OpsAnswer,
  OpsInput,
  Reader,
  Refusal,
  SnapshotAnswer,
  SnapshotInput,
  StateAnswer,
  TextAnswer,
  UpdateAnswer,
  UpdateInput,
  Visit,
} from "./rpc.ts";
import type { NoteAnswer, NoteCalls, PastRefusal, TextsAnswer, WrittenAnswer } from "../history/note-calls.ts";
import type { Version, VersionEntry } from "../history/version-table.ts";
import type { Settings, ScrubResponse } from "@reed/api";
import type { SettingsChange } from "../settings/settings.ts";
import type { Actor } from "./standing.ts";

/** Carries the checked credential of a provider (yjs/). */
export const YJS_HEADER = "Reed-Yjs";

const NOT_FOUND = { code: "not_found" } as const;
const BY_OPERATOR = { by: GATEWAY, via: "operator", session: null } as const;

export class NoteObject extends DurableObject<Env> {
  readonly #config: Config;
  readonly #host: RoomHost<Note>;
  readonly #yjs: YjsHub;
  readonly #lease = new RenderLease();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = configOf(env);
    this.#host = new RoomHost({
      ctx,
      config: this.#config,
      blobs: env.BLOBS ?? null,
      steps: NOTE_STEPS,
      host: (context) => {
        const { archive } = context.ports;
        return new Note({ ...context, ports: { ...this.#yjs.over(context.ports), archive } });
      },
    });
    this.#yjs = new YjsHub({
      sql: this.#host.sql,
      sockets: this.#host.sockets,
      note: () => this.#note,
      ready: () => this.#config.gateway.ready(),
    });
    this.#host.wake();
    this.#resumeProviders();
  }

  get #note(): Note | null {
    return this.#host.hosted;
  }

  /** A note made elsewhere; `genesis` is its first envelope. */
  found(noteId: NoteId, genesis: Uint8Array): Promise<FoundAnswer> {
    return this.#host.found(noteId, genesis);
  }

  /** A note made for `owner` by the gateway. True where it was; else nothing is left of it. */
  async create(noteId: NoteId, { genesis, owner, updates }: NewNote): Promise<boolean> {
    await this.#config.gateway.ready();
    if ((await this.found(noteId, genesis)) !== "created" || this.#note === null) return false;
    const { room } = this.#note;
    const attribution = { by: owner, via: "api", session: null } as const;
    const founded = await room.changeGrants(
      [{ principal: owner, role: "owner", key: null, expiresUs: null }],
      attribution,
    );
    let isWritten = founded.ok;
    for (const update of updates) isWritten &&= (await room.writeText(update, attribution)).ok;
    if (!isWritten) await this.#host.forget();
    return isWritten;
  }

  admit(visit: Visit): Promise<Admission | null> {
    return this.#note === null ? Promise.resolve(null) : this.#note.admit(visit);
  }

  async text(reader: Reader): Promise<TextAnswer | null> {
    return (await this.#note?.text(reader)) ?? null;
  }

  async card(linkId: LinkId | null): Promise<CardState> {
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

  info(actor: Actor): Promise<NoteAnswer | PastRefusal> {
    return this.#past(actor, (calls) => calls.info());
  }

  versions(actor: Actor, limit: number, beforeSeq?: number): Promise<readonly VersionEntry[] | PastRefusal> {
    return this.#past(actor, (calls) => calls.versions(limit, beforeSeq));
  }

  version(actor: Actor, seq: number): Promise<Version | PastRefusal> {
    return this.#past(actor, (calls) => calls.version(seq));
  }

  versionTexts(actor: Actor, seq: number, against: number | null): Promise<TextsAnswer | PastRefusal> {
    return this.#past(actor, (calls) => calls.texts(seq, against));
  }

  keepVersion(actor: Actor, name: string): Promise<VersionEntry | PastRefusal> {
    return this.#past(actor, (calls) => calls.keepVersion(name));
  }

  nameVersion(actor: Actor, seq: number, name: string | null): Promise<VersionEntry | PastRefusal> {
    return this.#past(actor, (calls) => calls.nameVersion(seq, name));
  }

  restoreVersion(actor: Actor, seq: number): Promise<WrittenAnswer | PastRefusal> {
    return this.#past(actor, (calls) => calls.restore(seq));
  }

  /** What was removed is dropped before this answers, or, where that takes long or fails, by the alarm. */
  async scrub(actor: Actor, confirm: string): Promise<ScrubResponse | PastRefusal> {
    const scrubbed = await this.#past(actor, (calls) => calls.scrub(confirm));
    if ("code" in scrubbed) return scrubbed;
    return { seq: scrubbed.seq, isDone: (await this.#note?.scrub.finish()) ?? true };
  }

  setCompliance(actor: Actor, isOn: boolean): Promise<WrittenAnswer | PastRefusal> {
    return this.#past(actor, (calls) => calls.setCompliance(isOn));
  }

  settings(actor: Actor): Promise<Settings | PastRefusal> {
    return this.#past(actor, (calls) => calls.settings());
  }

  changeSettings(actor: Actor, change: SettingsChange): Promise<Settings | PastRefusal> {
    return this.#past(actor, (calls) => calls.changeSettings(change));
  }

  listLinks(user: Principal): readonly LinkView[] | Refusal {
    return this.#note?.listLinks(user) ?? { code: "not_found" };
  }

  async addLink(user: Principal, input: LinkInput): Promise<LinkAnswer> {
    if (this.#note === null) return { code: "not_found" };
    await this.#config.gateway.ready();
    return this.#note.addLink(
      user,
      input,
      crypto.getRandomValues(new Uint8Array(12)),
      crypto.getRandomValues(new Uint8Array(16)),
    );
  }

  async revokeLink(user: Principal, linkId: string): Promise<Refusal | null> {
    if (this.#note === null) return { code: "not_found" };
    await this.#config.gateway.ready();
    return this.#note.revokeLink(user, linkId);
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
    return { seq: opened.seq };
  }

  /** Before maintenance: every live socket is asked to come back, each at its own time within `spreadMs`. */
  drain(spreadMs: number): void {
    this.#note?.room.drain(spreadMs);
  }

  /** Leave to draw the note's picture: one at a time. */
  beginRender(): boolean {
    return this.#lease.begin(Date.now());
  }

  endRender(): void {
    this.#lease.end();
  }

  /** The upgrade of a socket that the worker has let in. */
  override async fetch(request: Request): Promise<Response> {
    const provider = request.headers.get(YJS_HEADER);
    if (provider === null) return this.#host.upgrade(request);
    if (this.#host.isFull) return new Response(null, { status: 503 });
    await this.#note?.ready();
    return this.#yjs.upgrade(provider);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const connection = this.#host.sockets.connectionOf(socket);
    if (this.#yjs.has(connection)) {
      await this.#note?.ready();
      return this.#yjs.receive(connection, message);
    }
    await this.#host.message(connection, message);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#leave(socket);
  }

  override alarm(): Promise<void> {
    return this.#host.alarm();
  }

  /** Providers are answered from the document, which may have to be fetched first. */
  #resumeProviders(): void {
    const note = this.#note;
    if (note === null) return;
    if (note.snapshots.newest?.place.type !== "blob") return this.#yjs.resume(note);
    void this.ctx.blockConcurrencyWhile(async () => {
      await note.ready();
      this.#yjs.resume(note);
    });
  }

  async #past<T>(actor: Actor, ask: (calls: NoteCalls) => Promise<T | PastRefusal>): Promise<T | PastRefusal> {
    if (this.#note === null) return NOT_FOUND;
    await this.#config.gateway.ready();
    return ask(this.#note.past(actor));
  }

  #leave(socket: WebSocket): void {
    this.#host.gone(socket);
    this.#yjs.leave(this.#host.sockets.connectionOf(socket));
  }
}
