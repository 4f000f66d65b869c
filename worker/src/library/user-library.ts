// All that hangs on one user's private log: their notes, their feed, where they have sockets open, and the duties that go on by
// themselves. Made when the log is founded, and again when the object wakes.
import { equalBytes } from "@reed/bytes";
import { type LogRow, type NoteId, parseNoteId, userIdOf, userPrincipal } from "@reed/log";
import { decodeUp, type Subscribe } from "@reed/protocol";
import type { Room, SessionState, Sql } from "@reed/room";
import type { Due, Duties } from "../host/due.ts";
import type { HostContext, Hosted } from "../host/room-host.ts";
import type { Sockets } from "../host/sockets.ts";
import { Claims } from "./claims.ts";
import type { CutScope, Named, NoteCallsByLibrary, NoteEvent, NoteHead } from "./events.ts";
import { Feed } from "./feed.ts";
import { LibraryNotes } from "./notes.ts";
import { Openings, type PendingCut } from "./openings.ts";
import { PrivateLog } from "./private-log.ts";
import { Synced } from "./synced.ts";

const CUT_AGAIN_MS = 2000;
const CUTS_AT_ONCE = 25;
const SWEEP_EVERY_MS = 24 * 60 * 60 * 1000;
const FOLLOW_MS = 5 * 60 * 1000;
/** A follow that has this much of its time left is not asked for again. */
const FOLLOW_FRESH_MS = 2 * 60 * 1000;
const SUBSCRIBE_TYPES: ReadonlySet<number> = new Set([0x05, 0x06]);

export interface LibraryPorts {
  readonly sockets: Sockets;
  note(noteId: NoteId): NoteCallsByLibrary;
  user(userId: string): Promise<Named | null>;
  /** Work that nobody waits for. */
  background(work: Promise<unknown>): void;
}

export class UserLibrary implements Hosted {
  readonly log: PrivateLog;
  readonly notes: LibraryNotes;
  readonly openings: Openings;
  readonly feed: Feed;
  readonly claims: Claims;
  readonly duties: Duties;
  readonly #ports: LibraryPorts;
  readonly #sql: Sql;
  readonly #due: Due;
  readonly #followed = new Map<NoteId, number>();
  /** The last note that was asked again to cut somebody off. */
  #cutAfter = "";

  constructor(context: HostContext, ports: LibraryPorts) {
    const { sql, due } = context;
    this.log = new PrivateLog(context);
    this.notes = new LibraryNotes(sql);
    this.openings = new Openings(sql);
    this.feed = new Feed({
      table: this.notes.table,
      synced: new Synced(sql),
      sessions: () => this.room.sessions,
      send: (connection, frame) => ports.sockets.send(connection, frame),
      nowMs: () => Date.now(),
    });
    this.claims = new Claims(sql, this.notes.table, {
      named: (userId) => ports.user(userId),
      claim: (noteId, from, to) => ports.note(noteId).claim(from, to),
    });
    this.#ports = ports;
    this.#sql = sql;
    this.#due = due;
    this.duties = {
      ...this.log.duties,
      claim: async (nowMs) => ((await this.claims.step()) ? nowMs : null),
      cut: (nowMs) => this.#cutAgain(nowMs),
      sweep: (nowMs) => this.#sweep(nowMs),
    };
  }

  get room(): Room {
    return this.log.room;
  }

  onAppend(rows: readonly LogRow[]): void {
    this.log.onAppend(rows);
  }

  /** Everything that the events say, or nothing. */
  receive(events: readonly NoteEvent[]): void {
    const nowMs = Date.now();
    this.#sql.transaction(() => {
      for (const event of events) this.notes.take(event, nowMs);
      if (this.claims.isOwing) this.#due.set("claim", nowMs);
      this.#due.set("sweep", nowMs + SWEEP_EVERY_MS);
    });
    this.feed.push();
  }

  heads(heads: readonly NoteHead[]): void {
    if (this.feed.hasListeners) this.feed.heads(heads.filter(({ noteId }) => this.#has(noteId)));
  }

  opened(noteId: NoteId, device: Uint8Array, sessionId: string): void {
    const nowMs = Date.now();
    this.openings.add(noteId, device, sessionId, nowMs);
    this.#due.set("sweep", nowMs + SWEEP_EVERY_MS);
  }

  beginClaim(from: string, to: string): void {
    this.#sql.transaction(() => {
      this.claims.begin(from, to);
      this.#due.set("claim", Date.now());
    });
  }

  /** What a socket of this log said, where it is for the feed. False: it is for the room. */
  hear(connection: number, frame: Uint8Array): boolean {
    if (!SUBSCRIBE_TYPES.has(frame[0] ?? 0)) return false;
    const session = this.room.sessions.find((state) => state.connection === connection);
    // One that may not ask, or asks in another form, is the room's to end.
    if (session?.phase !== "live" || session.role === null) return false;
    const message = decoded(frame);
    if (message === null) return false;
    if (message.type === "unsubscribe") this.feed.unsubscribe(connection);
    else if (message.type === "subscribe") this.#subscribe(session, message);
    return true;
  }

  /** The socket is gone; called before the room forgets it. */
  gone(connection: number): void {
    const session = this.room.sessions.find((state) => state.connection === connection);
    if (session !== undefined) this.feed.gone(session);
  }

  async cut(userId: string, scope: CutScope): Promise<number> {
    const own = this.#cutOwn(scope);
    const pending = this.openings.notes(scope).map((noteId) => ({ noteId, scope }));
    this.#sql.transaction(() => {
      for (const cut of pending) this.openings.owe(cut);
      if (pending.length > 0) this.#due.set("cut", Date.now() + CUT_AGAIN_MS);
    });
    let sockets = own;
    for (let index = 0; index < pending.length; index += CUTS_AT_ONCE) {
      const counts = pending.slice(index, index + CUTS_AT_ONCE).map((cut) => this.#cutAt(userId, cut).catch(() => 0));
      sockets += (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    }
    return sockets;
  }

  /** Ends every socket of this log. */
  closeAll(): void {
    this.#cutOwn({});
  }

  #subscribe(session: SessionState, message: Subscribe): void {
    if (!this.feed.subscribe(session, message)) {
      this.room.leave(session.connection);
      this.#ports.sockets.close(session.connection, "overloaded");
      return;
    }
    const userId = userIdOf(session.visitor.user);
    if (userId !== null) for (const noteId of message.notes) this.#follow(userId, noteId);
  }

  #follow(userId: string, noteId: NoteId): void {
    const nowMs = Date.now();
    if ((this.#followed.get(noteId) ?? 0) - nowMs > FOLLOW_FRESH_MS || !this.#has(noteId)) return;
    for (const [id, untilMs] of this.#followed) if (untilMs < nowMs) this.#followed.delete(id);
    this.#followed.set(noteId, nowMs + FOLLOW_MS);
    const forget = (): void => void this.#followed.delete(noteId);
    this.#ports.background(
      this.#ports
        .note(noteId)
        .follow(userId, nowMs + FOLLOW_MS)
        .catch(forget),
    );
  }

  #has(noteId: NoteId): boolean {
    return (this.notes.table.state(noteId)?.entry ?? null) !== null;
  }

  #cutOwn({ device, sessionId }: CutScope): number {
    const ended = this.room.sessions.filter(
      ({ visitor }) =>
        (device === undefined || equalBytes(visitor.device, device)) &&
        (sessionId === undefined || visitor.session === sessionId),
    );
    for (const session of ended) {
      this.feed.gone(session);
      this.room.leave(session.connection);
      this.#ports.sockets.close(session.connection, "access_ended");
    }
    return ended.length;
  }

  async #cutAt(userId: string, cut: PendingCut): Promise<number> {
    const { sockets } = await this.#ports.note(cut.noteId).cut({ user: userPrincipal(userId), ...cut.scope });
    this.#sql.transaction(() => this.openings.settle(cut));
    return sockets;
  }

  async #cutAgain(nowMs: number): Promise<number | null> {
    const owed = this.#nextOwed();
    const userId = userIdOf(this.#owner());
    if (owed.length === 0 || userId === null) return null;
    const asked = await Promise.allSettled(owed.map((cut) => this.#cutAt(userId, cut)));
    const missed = asked.find((outcome) => outcome.status === "rejected");
    // The duty comes again, later each time; those that were reached are settled.
    if (missed !== undefined) throw missed.reason;
    return nowMs;
  }

  /** Round and round, so that notes which don't answer hold up none of the others. */
  #nextOwed(): readonly PendingCut[] {
    const next = this.openings.owed(this.#cutAfter, CUTS_AT_ONCE);
    const owed = next.length > 0 ? next : this.openings.owed("", CUTS_AT_ONCE);
    this.#cutAfter = owed.at(-1)?.noteId ?? "";
    return owed;
  }

  #owner() {
    const [owner] = [...(this.room.ledger?.grants ?? [])].filter(([, grant]) => grant.role === "owner");
    return owner?.[0] ?? null;
  }

  #sweep(nowMs: number): number {
    this.openings.prune(nowMs);
    return this.notes.table.prune(nowMs) ? nowMs + 1000 : nowMs + SWEEP_EVERY_MS;
  }
}

function decoded(frame: Uint8Array): ReturnType<typeof decodeUp> | null {
  try {
    return decodeUp(frame);
  } catch {
    return null;
  }
}

/** The notes of a library that are known by any way. */
export function knownNotes({ notes, openings, log }: UserLibrary): readonly NoteId[] {
  const ids = new Set([...notes.table.everyNote(), ...openings.all()]);
  ids.delete(log.noteId);
  return [...ids].flatMap((id) => parseNoteId(id) ?? []);
}
