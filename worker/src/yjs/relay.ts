// From the room's frames to y-protocols. A provider's socket is a live session of the room like any other, so it gets what all
// get, in the room's rhythm: after the commit, at once when quiet and coalesced while busy, and nothing after its role has gone.
// Here each frame is put into the words of y-protocols, once for all the sockets that get the same one.
import { can } from "@reed/access";
import { type Deliver, decodeDown, type Down } from "@reed/protocol";
import type { SessionState } from "@reed/room";
import type { Awareness } from "./awareness.ts";
import type { YjsCloseReason } from "./close-code.ts";
import { textIn } from "./log-text.ts";
import { type AwarenessEntry, encodeAwareness, encodeUpdate } from "./messages.ts";
import { stateOf } from "./people.ts";
import { keepSession, type YjsSession } from "./session.ts";

/** Positions of others reach one socket at most this often, in one message: it echoes each to us. */
const AWARENESS_INTERVAL_MS = 100;
/** How far the attachment may be behind; after a wake so much is sent again. */
const KEEP_INTERVAL_MS = 1000;
const KEEP_OPS = 64;

export interface RelayOptions {
  readonly sessions: ReadonlyMap<number, YjsSession>;
  readonly awareness: Awareness;
  send(connection: number, message: Uint8Array): void;
  /** All who are in the room. */
  people(): readonly SessionState[];
  mayRead(session: YjsSession): boolean;
  isGateway(author: Uint8Array): boolean;
  /** It may write now, and could not before. */
  onPromoted(session: YjsSession): void;
  /** It was sent what the log has: the note may be another now in what it takes. */
  onDelivered(session: YjsSession): void;
  /** The server asks it to come back, after `afterMs`. */
  onGoAway(session: YjsSession, afterMs: number): void;
  /** The log has another history now, and the room says nothing more to it; or the text of its document is gone. */
  onEnd(session: YjsSession, reason: YjsCloseReason): void;
}

export class Relay {
  readonly #options: RelayOptions;
  #decoded: { readonly frame: Uint8Array; readonly down: Down } | null = null;
  #text: { readonly frame: Uint8Array; readonly message: Uint8Array | null | "cleared" } | null = null;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #isFlushing = false;
  #clock = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** One frame of the room for `session`. */
  take(session: YjsSession, frame: Uint8Array): void {
    const down = this.#decode(frame);
    switch (down.type) {
      case "deliver":
        return this.#deliver(session, frame, down);
      case "peer_presence":
        return this.show(session, this.#entriesOf(down.connection, down.payload));
      case "leave":
        return this.show(session, this.#entriesOf(down.connection, null));
      case "role":
        if (can(down.role, "write_text")) this.#options.onPromoted(session);
        return;
      case "go_away":
        return this.#options.onGoAway(session, down.afterMs);
      case "resync":
        return this.#options.onEnd(session, "restarting");
      default:
        // What else the room says is about a log that providers don't hold.
        return;
    }
  }

  /** Rows of the log that a socket may not have got, as an update. */
  resend(session: YjsSession, envelopes: readonly Uint8Array[]): void {
    this.#sendText(session, this.#put(envelopes));
  }

  /** Puts entries in line for `session`. */
  show(session: YjsSession, entries: readonly AwarenessEntry[]): void {
    for (const entry of entries) session.unseen.set(entry.client, entry);
    if (entries.length > 0) this.#flushSoon();
  }

  /** Shows what `session` shows to all other providers. */
  spread(session: YjsSession, entries: Iterable<AwarenessEntry>): void {
    const all = [...entries];
    for (const other of this.#options.sessions.values()) if (other !== session) this.show(other, all);
  }

  /** Shows `session` all who are here, itself among them: y-websocket takes a silent server for a dead one. */
  showAll(session: YjsSession): void {
    session.refreshedMs = Date.now();
    this.show(session, [...session.states.values()]);
    for (const { connection, presence, phase } of this.#options.people()) {
      if (connection !== session.connection && phase === "live" && presence.length > 0)
        this.show(session, this.#entriesOf(connection, presence));
    }
  }

  #deliver(session: YjsSession, frame: Uint8Array, { firstSeq, items }: Deliver): void {
    if (this.#text?.frame !== frame) {
      const envelopes = items.flatMap((item) => (item.type === "op" ? [item.envelope] : []));
      this.#text = { frame, message: this.#put(envelopes) };
    }
    this.#sendText(session, this.#text.message);
    if (!this.#options.sessions.has(session.connection)) return;
    session.seq = Math.max(session.seq, firstSeq + items.length - 1);
    const nowMs = Date.now();
    if (session.seq - session.keptSeq >= KEEP_OPS || nowMs - session.keptMs >= KEEP_INTERVAL_MS)
      keepSession(session, nowMs);
    this.#options.onDelivered(session);
  }

  /** What `envelopes` do to the text as a message; null where they do nothing. */
  #put(envelopes: readonly Uint8Array[]): Uint8Array | null | "cleared" {
    const text = textIn(envelopes, this.#options.isGateway);
    if (text.type === "cleared") return text.type;
    return text.type === "none" ? null : encodeUpdate(text.update);
  }

  #sendText(session: YjsSession, message: Uint8Array | null | "cleared"): void {
    if (message === "cleared") this.#options.onEnd(session, "history_changed");
    else if (message !== null) this.#options.send(session.connection, message);
  }

  /** What there is to say of a connection. `presence` null: it has gone. One of Reed's own people goes by its connection number. */
  #entriesOf(connection: number, presence: Uint8Array | null): readonly AwarenessEntry[] {
    const provider = this.#options.sessions.get(connection);
    if (provider !== undefined) {
      const entries = [...provider.states.values()];
      return presence === null ? entries.map((entry) => ({ ...entry, state: null })) : entries;
    }
    this.#clock = Math.max(this.#clock + 1, Date.now());
    if (presence === null) this.#options.awareness.forget(connection, this.#clock);
    return [{ client: connection, clock: this.#clock, state: presence === null ? null : stateOf(presence) }];
  }

  #decode(frame: Uint8Array): Down {
    if (this.#decoded?.frame !== frame) this.#decoded = { frame, down: decodeDown(frame) };
    return this.#decoded.down;
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setTimeout(() => this.#flush(), Math.max(0, this.#flushedMs + AWARENESS_INTERVAL_MS - Date.now()));
  }

  #flush(): void {
    this.#isFlushing = false;
    this.#flushedMs = Date.now();
    for (const session of this.#options.sessions.values()) {
      if (session.unseen.size === 0) continue;
      const message = encodeAwareness(session.unseen.values());
      session.unseen.clear();
      if (this.#options.mayRead(session)) this.#options.send(session.connection, message);
    }
  }
}
