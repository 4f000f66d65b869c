// The Durable Object of one note: a shell that wakes the note, takes its sockets and calls, and translates. It writes nothing
// before an accepted genesis. All state that matters is in SQLite and in the sockets' attachments; memory can go at any time.
import { DurableObject } from "cloudflare:workers";
import { MAX_FRAME_BYTES } from "@reed/protocol";
import { type NoteId, noteIdOf, type LinkId, type Principal } from "@reed/log";
import { blobOf } from "@reed/room";
import { WIRE_PROTOCOL } from "@reed/api";
import { decodeTicket } from "../auth/ticket.ts";
import { type Config, configOf, type Env } from "../env.ts";
import { hasTables, migrate } from "./migrations.ts";
import { Note } from "./note.ts";
import { createPorts } from "./ports.ts";
import { ProjectionAlarm } from "./projection-alarm.ts";
import { RenderLease } from "./render-lease.ts";
import type {
  Admission,
  CardState,
  FoundAnswer,
  LinkAnswer,
  LinkInput,
  LinkView,
  NewNote,
  Reader,
  Refusal,
  TextAnswer,
  Visit,
} from "./rpc.ts";
import { MAX_SOCKETS, Sockets } from "./sockets.ts";
import { StorageSql } from "./sql.ts";

/** Carries a checked ticket from the worker; requests from outside never reach an object with their own headers. */
export const TICKET_HEADER = "Reed-Ticket";

export class NoteObject extends DurableObject<Env> {
  readonly #config: Config;
  readonly #sql: StorageSql;
  readonly #sockets: Sockets;
  readonly #alarm: ProjectionAlarm;
  readonly #lease = new RenderLease();
  #note: Note | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#config = configOf(env);
    this.#sql = new StorageSql(ctx.storage);
    this.#sockets = new Sockets(ctx, (connection) => this.#endLate(connection));
    this.#alarm = new ProjectionAlarm(ctx.storage);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    if (!hasTables(this.#sql)) return;
    const [first] = this.#sql.run("SELECT op_id FROM log WHERE seq = 1");
    if (first === undefined) return;
    const note = this.#open(noteIdOf(blobOf(first, "op_id")));
    for (const session of this.#sockets.resume()) note.room.resume(session);
  }

  /** A note made elsewhere; `genesis` is its first envelope. */
  async found(noteId: NoteId, genesis: Uint8Array): Promise<FoundAnswer> {
    const isNew = this.#note === null;
    const note = this.#note ?? this.#open(noteId);
    const result = await note.room.found(genesis);
    if (isNew && note.room.ledger === null) await this.#forget();
    return result;
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
    if (!isWritten) await this.#forget();
    return isWritten;
  }

  admit(visit: Visit): Promise<Admission | null> {
    return this.#note === null ? Promise.resolve(null) : this.#note.admit(visit);
  }

  text(reader: Reader): TextAnswer | null {
    return this.#note?.text(reader) ?? null;
  }

  card(linkId: LinkId | null): CardState {
    return this.#note?.card(linkId) ?? { state: "unknown" };
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

  /** Leave to draw the note's picture: one at a time. */
  beginRender(): boolean {
    return this.#lease.begin(Date.now());
  }

  endRender(): void {
    this.#lease.end();
  }

  /** The upgrade of a socket whose ticket the worker has checked. */
  override fetch(request: Request): Response {
    const ticket = request.headers.get(TICKET_HEADER);
    if (ticket === null || this.#note === null) return new Response(null, { status: 404 });
    if (this.#sockets.count >= MAX_SOCKETS) return new Response(null, { status: 503 });
    const { visitor, nonce } = decodeTicket(ticket);
    const { 0: client, 1: server } = new WebSocketPair();
    const connection = this.#sockets.accept(server);
    this.#note.room.open(connection, visitor, nonce);
    this.#sockets.keep({ connection, visitor, nonce, phase: "new", role: null, presence: new Uint8Array() });
    return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": WIRE_PROTOCOL } });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const connection = this.#sockets.connectionOf(socket);
    if (typeof message === "string") return this.#end(connection, "frame_text");
    if (message.byteLength > MAX_FRAME_BYTES) return this.#end(connection, "frame_too_big");
    await this.#note?.room.receive(connection, new Uint8Array(message));
  }

  override webSocketClose(socket: WebSocket): void {
    this.#leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#leave(socket);
  }

  override alarm(): void {
    this.#alarm.done(Date.now());
    this.#note?.project();
  }

  #open(noteId: NoteId): Note {
    migrate(this.#sql);
    const ports = createPorts({
      ctx: this.ctx,
      config: this.#config,
      sql: this.#sql,
      sockets: this.#sockets,
      tick: () => this.#note?.room.tick(),
      onAppend: () => this.#alarm.schedule(Date.now()),
    });
    return (this.#note = new Note(noteId, this.#sql, ports));
  }

  async #forget(): Promise<void> {
    this.#note = null;
    this.#alarm.done(Date.now());
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #endLate(connection: number): void {
    this.#end(connection, "hello_late");
  }

  #end(connection: number, reason: "hello_late" | "frame_text" | "frame_too_big"): void {
    this.#note?.room.leave(connection);
    this.#sockets.close(connection, reason);
  }

  #leave(socket: WebSocket): void {
    const connection = this.#sockets.connectionOf(socket);
    this.#sockets.forget(connection);
    this.#note?.room.leave(connection);
  }
}
