// The providers in a note: every socket that speaks y-protocols (docs/spec/yjs.md). To the room each is a live session that came
// without HELLO, so grants, fan-out and presence are the room's; here is what differs: what providers say and how they are told.
// The object's shell calls it; it ends a socket itself where a message breaks a rule.
import { can } from "@reed/access";
import { encodeUp, MAX_FRAME_BYTES } from "@reed/protocol";
import { GATEWAY, type SyncLogStore } from "@reed/log";
import type { RoomPorts, Sql } from "@reed/room";
import * as Y from "yjs";
import type { Note } from "../note/note.ts";
import type { Sockets } from "../host/sockets.ts";
import { costOf, SharedAllowances } from "./allowance.ts";
import { Awareness } from "./awareness.ts";
import { closeAs, type YjsCloseReason, yjsReasonOf } from "./close-code.ts";
import { decodeCredential, YJS_PROTOCOL } from "./credential.ts";
import { Departures } from "./departures.ts";
import { admitProvider } from "./door.ts";
import { isLockedFor } from "./lock.ts";
import {
  type AwarenessEntry,
  decodeMessage,
  encodeDenied,
  encodeSyncStep1,
  encodeSyncStep2,
  encodeUpdate,
} from "./messages.ts";
import { type Denial, type Refused, verdictOn } from "./refusal.ts";
import { Relay } from "./relay.ts";
import { keepSession, newSession, reviveSession, roomSession, shownPresence, type YjsSession } from "./session.ts";
import { Writer } from "./writer.ts";

/** A whole document costs its reading and its sending. */
const SYNC_WEIGHT = 20;
/** A provider renews its state every 15 s and forgets others after 30 s. */
const REFRESH_MS = 10_000;
/** From a failure of ours to asking again for what could not be written. */
const RETRY_MS = 10_000;
/** After a wake, more than this comes as a whole document. */
const RESEND_ROWS = 500;
/** The bytes of a V1 update that does nothing. */
const EMPTY_UPDATE_BYTES = 2;

export interface HubOptions {
  readonly sql: Sql;
  readonly sockets: Sockets;
  /** null before its genesis. */
  note(): Note | null;
  /** To be awaited before the gateway writes. */
  ready(): Promise<void>;
}

export class YjsHub {
  readonly #options: HubOptions;
  readonly #sessions = new Map<number, YjsSession>();
  readonly #awareness: Awareness;
  readonly #relay: Relay;
  readonly #writer: Writer;
  readonly #allowances = new SharedAllowances();
  readonly #departures = new Departures((session) => this.#end(session, "restarting"));
  #log: SyncLogStore | null = null;

  constructor(options: HubOptions) {
    this.#options = options;
    const people = () => options.note()?.room.sessions ?? [];
    this.#awareness = new Awareness(this.#sessions, (client) =>
      people().some(({ connection }) => connection === client),
    );
    this.#relay = new Relay({
      sessions: this.#sessions,
      awareness: this.#awareness,
      people,
      send: (connection, message) => options.sockets.send(connection, message),
      mayRead: (session) => this.#mayRead(session),
      isGateway: (author) => options.note()?.room.ledger?.author(author)?.principals.includes(GATEWAY) ?? false,
      onPromoted: (session) => this.#ask(session),
      onDelivered: (session) => this.#askUnlocked(session),
      onGoAway: (session, afterMs) => this.#departures.plan(session, afterMs, Date.now()),
      onEnd: (session, reason) => this.#end(session, reason),
    });
    this.#writer = new Writer({
      ready: () => options.ready(),
      isOpen: (session) => this.#sessions.get(session.connection) === session,
      onRefused: (session, code, isWhole) => this.#refused(session, code, isWhole),
    });
  }

  /** `ports` with the sockets of providers taken out: what the room says to them goes through the relay. */
  over(ports: RoomPorts): RoomPorts {
    const sessions = this.#sessions;
    this.#log = ports.log;
    return {
      ...ports,
      send: (connection, frame) => {
        const session = sessions.get(connection);
        return session === undefined ? ports.send(connection, frame) : this.#relay.take(session, frame);
      },
      close: (connection, reason) => {
        const session = sessions.get(connection);
        return session === undefined ? ports.close(connection, reason) : this.#end(session, yjsReasonOf(reason));
      },
      keepSession: (state) => {
        const session = sessions.get(state.connection);
        if (session === undefined) return ports.keepSession(state);
        session.role = state.role;
        return keepSession(session, Date.now());
      },
    };
  }

  has(connection: number): boolean {
    return this.#sessions.has(connection);
  }

  /** The upgrade of a provider whose credential the worker has checked. Where it is not let in, the body is the reason. */
  upgrade(credential: string): Response {
    const note = this.#options.note();
    if (note === null) return refuse("not_found");
    const visitor = admitProvider(decodeCredential(credential), note, this.#options.sql, Date.now() * 1000);
    if (typeof visitor === "string") return refuse(visitor);
    const role = note.room.roleOf(visitor);
    const principal = visitor.user ?? visitor.link;
    if (principal === null) return refuse("not_found");
    if (!note.room.roomFor(role)) return refuse("overloaded");
    const { 0: client, 1: server } = new WebSocketPair();
    const connection = this.#options.sockets.acceptForeign(server);
    const place = { connection, socket: server, principal, role, seq: note.room.ledger?.head.seq ?? 0 };
    const session = newSession(place, visitor, Date.now());
    this.#enter(session, note);
    this.#ask(session);
    this.#relay.showAll(session);
    return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": YJS_PROTOCOL } });
  }

  /** Takes back the sockets that outlived the object's memory, and sends each what it may have missed. */
  resume(note: Note): void {
    for (const [connection, socket] of this.#options.sockets.resumeForeign()) {
      const session = reviveSession(connection, socket, Date.now());
      if (session === null) {
        this.#options.sockets.forget(connection);
        closeAs(socket, "restarting");
        continue;
      }
      this.#enter(session, note);
      if (!this.#mayRead(session)) {
        this.#end(session, "access_ended");
        continue;
      }
      this.#catchUp(session, note);
      if (!this.has(connection)) continue;
      this.#askUnlocked(session);
      this.#departures.resume(session, Date.now());
    }
  }

  /** One frame of a provider. */
  async receive(connection: number, data: string | ArrayBuffer): Promise<void> {
    const [session, note] = [this.#sessions.get(connection), this.#options.note()];
    if (session === undefined || note === null) return;
    if (typeof data === "string") return this.#end(session, "malformed");
    if (data.byteLength > MAX_FRAME_BYTES) return this.#end(session, "too_big");
    const message = decodeMessage(new Uint8Array(data));
    if (message === null) return this.#end(session, "malformed");
    session.heardMs = Date.now();
    const weight = message.type === "sync_step_1" ? SYNC_WEIGHT : 1;
    const { heardMs } = session;
    if (!this.#allowances.take(session, costOf(data.byteLength, weight), heardMs)) return this.#end(session, "rate");
    if (!this.#mayRead(session)) return this.#end(session, "access_ended");
    if (session.denied === "unavailable" && heardMs - session.deniedMs >= RETRY_MS) this.#ask(session);
    switch (message.type) {
      case "sync_step_1":
        return this.#answer(session, message.vector, note);
      case "sync_step_2":
      case "update":
        return this.#write(session, message.update, message.type === "sync_step_2", note);
      case "awareness":
        return this.#takeAwareness(session, message.entries, note);
      case "query_awareness":
        return this.#relay.showAll(session);
      case "other":
        return;
    }
  }

  /** The socket is gone, however it went. */
  leave(connection: number): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    this.#options.note()?.room.leave(connection);
    this.#sessions.delete(connection);
    this.#departures.cancel(session);
    for (const { client, clock } of session.states.values()) this.#awareness.forget(client, clock);
    this.#relay.spread(
      session,
      [...session.states.values()].map((entry) => ({ ...entry, state: null })),
    );
  }

  #enter(session: YjsSession, note: Note): void {
    this.#sessions.set(session.connection, session);
    note.room.resume(roomSession(session));
    keepSession(session, Date.now());
  }

  #end(session: YjsSession, reason: YjsCloseReason): void {
    this.leave(session.connection);
    this.#options.sockets.forget(session.connection);
    closeAs(session.socket, reason);
  }

  #mayRead(session: YjsSession): boolean {
    return can(this.#options.note()?.room.roleOf(session.visitor) ?? null, "read");
  }

  #send(session: YjsSession, message: Uint8Array): void {
    this.#options.sockets.send(session.connection, message);
  }

  /** Asks for all that this socket has and the note lacks. */
  #ask(session: YjsSession): void {
    const note = this.#options.note();
    if (note === null) return;
    session.isAsked = true;
    if (session.denied !== null) {
      session.denied = null;
      keepSession(session, Date.now());
    }
    this.#send(session, encodeSyncStep1(Y.encodeStateVector(note.projection.document())));
  }

  /** Asks one that was refused for the lock, once that has been taken away. */
  #askUnlocked(session: YjsSession): void {
    const room = this.#options.note()?.room;
    if (session.denied !== "locked" || room === undefined) return;
    const role = room.roleOf(session.visitor);
    if (can(role, "write_text") && !isLockedFor(role, room.ledger)) this.#ask(session);
  }

  #answer(session: YjsSession, vector: Uint8Array, note: Note): void {
    const update = missingFrom(vector, note.projection.document());
    if (update === null) return this.#end(session, "malformed");
    session.seq = note.room.ledger?.head.seq ?? session.seq;
    this.#send(session, encodeSyncStep2(update));
  }

  #catchUp(session: YjsSession, note: Note): void {
    const head = note.room.ledger?.head.seq ?? 0;
    const lacks = head - session.seq;
    if (lacks <= 0) return;
    const rows = lacks > RESEND_ROWS ? [] : (this.#log?.read(session.seq + 1, lacks) ?? []);
    if (rows.length === lacks && rows[0]?.seq === session.seq + 1) {
      const envelopes = rows.map(({ envelope }) => envelope);
      this.#relay.resend(session, envelopes);
      if (!this.has(session.connection)) return;
    } else this.#send(session, encodeUpdate(Y.encodeStateAsUpdate(note.projection.document())));
    session.seq = head;
    keepSession(session, Date.now());
  }

  async #write(session: YjsSession, update: Uint8Array, isWhole: boolean, note: Note): Promise<void> {
    if (isWhole) session.isAsked = false;
    if (update.length <= EMPTY_UPDATE_BYTES) return;
    try {
      if (!(await this.#writer.write(session, { update, isWhole }, note))) this.#end(session, "rate");
    } catch (error) {
      this.#end(session, "restarting");
      throw error;
    }
  }

  #refused(session: YjsSession, code: Refused, isWhole: boolean): void {
    if (!this.has(session.connection)) return;
    const verdict = verdictOn(code, isWhole);
    switch (verdict.type) {
      case "deny":
        return this.#deny(session, verdict.why);
      case "ask":
        if (!session.isAsked) this.#ask(session);
        return;
      case "end":
        return this.#end(session, verdict.reason);
    }
  }

  /** It goes on reading; its own changes stay its own until it is asked for them. */
  #deny(session: YjsSession, why: Denial): void {
    if (session.denied === why) return;
    session.denied = why;
    session.deniedMs = Date.now();
    keepSession(session, session.deniedMs);
    this.#send(session, encodeDenied(why));
  }

  async #takeAwareness(session: YjsSession, entries: readonly AwarenessEntry[], note: Note): Promise<void> {
    if (!can(session.role, "show_presence")) return;
    const change = this.#awareness.take(session, entries, session.heardMs);
    if (change !== "none") keepSession(session, session.heardMs);
    if (session.heardMs - session.refreshedMs >= REFRESH_MS) this.#relay.showAll(session);
    if (change === "renewed") this.#relay.spread(session, session.states.values());
    // The room shows it to everybody, in its own time.
    if (change === "shown")
      await note.room.receive(session.connection, encodeUp({ type: "set_presence", payload: shownPresence(session) }));
  }
}

/** What `doc` has beyond the state vector that somebody sent; null where it is none. */
function missingFrom(vector: Uint8Array, doc: Y.Doc): Uint8Array | null {
  try {
    return Y.encodeStateAsUpdate(doc, vector);
  } catch {
    // Yjs throws plain errors of several kinds.
    return null;
  }
}

/** For the worker, which tells the provider. */
function refuse(reason: YjsCloseReason): Response {
  return new Response(reason, { status: 403 });
}
