// What every object that holds a log needs around its room: tables, sockets and their upgrade, duties in the one alarm, and the
// way back from hibernation. The object itself (note/note-object.ts) says what else hangs on the log. It writes nothing before
// an accepted genesis; all state that matters is in SQLite and in the sockets' attachments, and memory can go at any time.
import { WIRE_PROTOCOL } from "@reed/api";
import type { LogRow, NoteId } from "@reed/log";
import { MAX_FRAME_BYTES } from "@reed/protocol";
import type { FoundResult, Room, Sql } from "@reed/room";
import { decodeTicket } from "../auth/ticket.ts";
import { TRACE_HEADER } from "../http/trace.ts";
import type { Config } from "../env.ts";
import { log } from "../log.ts";
import type { Meter } from "../metrics/meter.ts";
import { RoomMeter } from "../metrics/room-meter.ts";
import { type Duties, Due } from "./due.ts";
import { migrate, type Steps, stepsDone } from "./migrations.ts";
import { readName, writeName } from "./name.ts";
import { createPorts, type HostPorts } from "./ports.ts";
import type { BlobStore } from "./snapshot-blobs.ts";
import { Sockets } from "./sockets.ts";
import { StorageSql } from "./sql.ts";
import { UsedNonces } from "./used-nonces.ts";

/** Carries a checked ticket from the worker; requests from outside never reach an object with their own headers. */
export const TICKET_HEADER = "Reed-Ticket";

/** A founded log with all that hangs on it. */
export interface Hosted {
  readonly room: Room;
  readonly duties: Duties;
  /** Rows were appended and are part of the current commit. */
  onAppend(rows: readonly LogRow[]): void;
}

/** What a hosted log is made with. The tables are there. */
export interface HostContext {
  readonly noteId: NoteId;
  readonly sql: Sql;
  readonly ports: HostPorts;
  readonly due: Due;
  readonly meter: RoomMeter;
  readonly blobs: BlobStore | null;
}

export interface RoomHostOptions<T extends Hosted> {
  readonly ctx: DurableObjectState;
  readonly config: Config;
  readonly blobs: BlobStore | null;
  readonly meter: Meter;
  readonly steps: Steps;
  /** Left out: the object's own. */
  readonly sql?: Sql | undefined;
  host(context: HostContext): T;
}

export class RoomHost<T extends Hosted> {
  readonly sql: Sql;
  readonly sockets: Sockets;
  readonly meter: RoomMeter;
  readonly #options: RoomHostOptions<T>;
  readonly #nonces = new UsedNonces();
  #noteId: NoteId | null = null;
  #due: Due | null = null;
  #hosted: T | null = null;

  constructor(options: RoomHostOptions<T>) {
    const { ctx } = options;
    this.#options = options;
    this.meter = new RoomMeter(options.meter, (work) => ctx.waitUntil(work));
    this.sql = options.sql ?? new StorageSql(ctx.storage, (rows) => this.meter.wrote(rows));
    this.sockets = new Sockets(ctx, (connection) => this.#end(connection, "hello_late"));
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** null before an accepted genesis. */
  get hosted(): T | null {
    return this.#hosted;
  }

  /** Whether it holds as many sockets as one note serves. */
  get isFull(): boolean {
    const { editors, readers } = this.#options.config.limits;
    return this.sockets.count >= editors + readers;
  }

  /** Takes the first envelope of the log that this object is named for. Refused, it leaves nothing behind. */
  async found(noteId: NoteId, genesis: Uint8Array): Promise<FoundResult> {
    const isNew = this.#hosted === null;
    const { room } = this.#hosted ?? this.#open(noteId);
    const result = await room.found(genesis);
    if (isNew && room.ledger === null) await this.forget();
    return result;
  }

  /** Wipes everything. */
  async forget(): Promise<void> {
    const { storage } = this.#options.ctx;
    this.#hosted = null;
    this.#due = null;
    await storage.deleteAlarm();
    await storage.deleteAll();
  }

  /** Lets go of what it hosts: whoever took the tables away has put something else in their place. */
  release(): void {
    this.#hosted = null;
    this.#due = null;
  }

  /** The upgrade of a socket whose ticket the worker has checked. */
  upgrade(request: Request): Response {
    const ticket = request.headers.get(TICKET_HEADER);
    if (ticket === null || this.#hosted === null) return new Response(null, { status: 404 });
    if (this.isFull) return new Response(null, { status: 503 });
    const { noteId, ticket: visit } = decodeTicket(ticket);
    if (noteId !== this.#noteId) return new Response(null, { status: 403 });
    const { nonce, session } = visit;
    if (!this.#nonces.use(nonce, Date.now())) return new Response(null, { status: 409 });
    const visitor = { ...visit.visitor, session };
    const { 0: client, 1: server } = new WebSocketPair();
    const connection = this.sockets.accept(server);
    this.meter.opened();
    log("info", { socket: "opened", trace: request.headers.get(TRACE_HEADER) });
    this.#hosted.room.open(connection, visitor, nonce);
    this.sockets.keep({ connection, visitor, nonce, phase: "new", role: null, version: 0, presence: new Uint8Array() });
    return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": WIRE_PROTOCOL } });
  }

  /** Resolves when it was dealt with: the object must not sleep before. What comes next does not wait for that. */
  async message(connection: number, message: string | ArrayBuffer): Promise<void> {
    if (typeof message === "string") return this.#end(connection, "frame_text");
    if (message.byteLength > MAX_FRAME_BYTES) return this.#end(connection, "frame_too_big");
    const arrivedMs = Date.now();
    this.meter.received(message.byteLength);
    await this.#hosted?.room.receive(connection, new Uint8Array(message));
    this.meter.dealtWith(Date.now() - arrivedMs);
  }

  /** The socket closed or failed. */
  gone(socket: WebSocket): void {
    const connection = this.sockets.connectionOf(socket);
    if (this.sockets.has(connection)) this.meter.gone();
    this.sockets.forget(connection);
    this.#hosted?.room.leave(connection);
  }

  async alarm(): Promise<void> {
    await this.#options.config.gateway.ready();
    this.meter.alarmed();
    if (this.#hosted !== null) await this.#due?.run(Date.now(), this.#hosted.duties);
  }

  /** Opens whatever the object holds, with the sockets that outlived its memory. Called once, before anything else. */
  wake(): void {
    if (stepsDone(this.sql) === 0) return;
    migrate(this.sql, this.#options.steps);
    const noteId = readName(this.sql);
    if (noteId === null) return;
    const { room } = this.#open(noteId);
    if (room.ledger === null) {
      this.#hosted = null;
      return;
    }
    for (const session of this.sockets.resume()) room.resume(session);
    const due = this.#due;
    if (due?.isAnything === true) void this.#options.ctx.blockConcurrencyWhile(() => due.rearm());
  }

  #open(noteId: NoteId): T {
    const { ctx, config, blobs, steps, host } = this.#options;
    migrate(this.sql, steps);
    writeName(this.sql, noteId);
    const due = new Due(this.sql, ctx.storage, (kind) => this.meter.failed(kind));
    const ports = createPorts({
      ctx,
      config,
      sql: this.sql,
      sockets: this.sockets,
      meter: this.meter,
      tick: () => this.#hosted?.room.tick(),
      onAppend: (rows) => this.#hosted?.onAppend(rows),
      isCompliant: () => this.#hosted?.room.ledger?.isCompliant ?? false,
    });
    this.#noteId = noteId;
    this.#due = due;
    return (this.#hosted = host({ noteId, sql: this.sql, ports, due, meter: this.meter, blobs }));
  }

  #end(connection: number, reason: "hello_late" | "frame_text" | "frame_too_big"): void {
    this.#hosted?.room.leave(connection);
    this.meter.closed(reason);
    this.sockets.close(connection, reason);
  }
}
