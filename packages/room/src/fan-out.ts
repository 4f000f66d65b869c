// Who gets what, and when. The log goes out at once when the room is quiet and less often while it is busy or full (pace.ts), in one
// DELIVER a socket with everything since its last; presence shares the tick. A socket that is behind gets a page a tick, one that
// gives no receipts gets nothing: the log is its send queue, so a slow socket costs a number and no memory.
import { type Down, encodeDown, MAX_PAGE_BYTES } from "@reed/protocol";
import { Pace } from "./pace.ts";
import type { RoomPorts } from "./ports.ts";
import { canRestore, countSent, type Session } from "./session.ts";
import { type AcceptedRow, bytesOf, itemFor, Tail, type TailEntry } from "./tail.ts";
import type { Timers } from "./timers.ts";
import { TokenBucket } from "./token-bucket.ts";
import { ROOM_LIMITS } from "./turnstile.ts";

/** One connection shows a new position at most this often; in a company less often, for each costs a message to everybody. */
const PRESENCE_INTERVAL_MS = 100;
const COMPANY_PRESENCE_INTERVAL_MS = 500;
const COMPANY = 20;
/** Messages of presence a second, so that carets in a crowd don't hold up what is typed: a third of what one object can send. */
const PRESENCE_SENDS = { perSecond: 10_000, burst: 10_000 } as const;
const PAGE_ROWS = 1024;
const READ_ROWS = 64;
/** From one page for a socket that is behind to the next, where nothing else goes out. */
const PAGE_INTERVAL_MS = 15;
/** Timers are a little early or late. */
const TIMER_SLACK_MS = 0.5;

/** What follows one position, the same for all sockets that stand there. */
interface Page {
  readonly entries: readonly TailEntry[];
  readonly last: TailEntry;
  /** The sockets over which at least half of it came: at most two. */
  readonly authors: ReadonlySet<number>;
  /** Who knows the chain values from here on can be sent it compact. */
  readonly fromSeq: number;
  /** The frames for everybody else, once they were made. */
  whole: Uint8Array | null;
  compact: Uint8Array | null;
}

export class FanOut {
  readonly #ports: RoomPorts;
  readonly #timers: Timers;
  readonly #sessions: ReadonlyMap<number, Session>;
  readonly #windowBytes: number;
  readonly #onUnreachable: (session: Session) => void;
  readonly #tail = new Tail();
  readonly #presenceSends: TokenBucket;
  /** When the calls that were asked for come, earliest first. */
  #wakesMs: number[] = [];
  readonly #pace = new Pace();
  #headSeq: number;
  #lastTickMs = Number.NEGATIVE_INFINITY;

  /** `onUnreachable`: this socket lacks ops that the log has no more. */
  constructor(
    ports: RoomPorts,
    timers: Timers,
    sessions: ReadonlyMap<number, Session>,
    headSeq: number,
    onUnreachable: (session: Session) => void,
  ) {
    this.#ports = ports;
    this.#timers = timers;
    this.#sessions = sessions;
    this.#headSeq = headSeq;
    this.#windowBytes = (ports.limits ?? ROOM_LIMITS).windowBytes;
    this.#onUnreachable = onUnreachable;
    this.#presenceSends = new TokenBucket(PRESENCE_SENDS, this.#nowMs());
  }

  /** Rows that were just committed, and the socket they came over. */
  add(rows: readonly AcceptedRow[], connection: number | null): void {
    this.#tail.add(rows, connection);
    this.#headSeq = rows.at(-1)?.seq ?? this.#headSeq;
  }

  /** Drops from memory what lies at or below `seq`: whoever still lacks it is told that the log has it no more. */
  forget(seq: number): void {
    this.#tail.trimTo(seq);
  }

  /** Something waits to be sent: at once if the room was quiet, else at the next tick. */
  request(): void {
    const waitMs = this.#pace.waitMs(this.#nowMs());
    if (waitMs <= 0) this.#tick();
    else this.#wakeIn(waitMs);
  }

  /** Sends `message` to the live sockets, or to those of them that `isFor` names. */
  tell(message: Down, isFor: (session: Session) => boolean = () => true): void {
    const frame = encodeDown(message);
    for (const session of this.#sessions.values())
      if (session.phase === "live" && isFor(session)) this.#ports.send(session.connection, frame);
  }

  /** Asks the live sockets to come back later, each at its own time within `spreadMs`. */
  drain(spreadMs: number): void {
    const live = [...this.#sessions.values()].filter(({ phase }) => phase === "live");
    for (const [index, { connection }] of live.entries()) {
      const afterMs = Math.floor((spreadMs * index) / live.length);
      this.#ports.send(connection, encodeDown({ type: "go_away", reason: "restarting", afterMs }));
    }
  }

  #wake(): void {
    const nowMs = this.#nowMs();
    this.#pace.rang(nowMs - (this.#wakesMs.shift() ?? nowMs));
    this.#tick();
  }

  #tick(): void {
    this.#lastTickMs = this.#nowMs();
    const pages = new Map<number, Page>();
    const showing: Session[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    let sent = 0;
    for (const session of this.#sessions.values()) {
      if (session.phase !== "live") continue;
      if (session.isPresenceDirty) showing.push(session);
      if (session.isLagging || session.sentSeq >= this.#headSeq) continue;
      sent += 1;
      nextMs = Math.min(nextMs, this.#deliver(session, pages));
    }
    this.#pace.went(sent, this.#lastTickMs);
    showing.sort((a, b) => a.presenceSentMs - b.presenceSentMs);
    for (const session of showing)
      if (this.#sessions.has(session.connection)) nextMs = Math.min(nextMs, this.#showPresence(session));
    this.#trim();
    if (Number.isFinite(nextMs)) this.#wakeIn(nextMs);
  }

  #nowMs(): number {
    return this.#ports.nowUs() / 1000;
  }

  #wakeIn(delayMs: number): void {
    const atMs = this.#nowMs() + delayMs;
    const [earliestMs] = this.#wakesMs;
    if (earliestMs !== undefined && earliestMs <= atMs + TIMER_SLACK_MS) return;
    this.#wakesMs.unshift(atMs);
    this.#timers.in(delayMs, () => this.#wake());
  }

  /** Sends a page, and says in how many ms the next one is due. */
  #deliver(session: Session, pages: Map<number, Page>): number {
    const page = pages.get(session.sentSeq) ?? this.#page(session.sentSeq);
    if (page === null) {
      this.#onUnreachable(session);
      return Number.POSITIVE_INFINITY;
    }
    pages.set(session.sentSeq, page);
    const frame = this.#frameFor(session, page);
    const { last } = page;
    this.#ports.send(session.connection, frame);
    session.sentSeq = last.seq;
    countSent(session, frame.length, this.#windowBytes);
    return session.isLagging || session.sentSeq >= this.#headSeq ? Number.POSITIVE_INFINITY : PAGE_INTERVAL_MS;
  }

  #frameFor(session: Session, page: Page): Uint8Array {
    const isCompact = canRestore(session, page.fromSeq);
    if (page.authors.has(session.connection)) return this.#frame(page, session.connection, isCompact);
    return isCompact
      ? (page.compact ??= this.#frame(page, null, true))
      : (page.whole ??= this.#frame(page, null, false));
  }

  #frame({ entries, last }: Page, connection: number | null, isCompact: boolean): Uint8Array {
    const items = entries.map((entry) => itemFor(entry, connection, isCompact));
    const firstSeq = last.seq - entries.length + 1;
    return encodeDown({ type: "deliver", firstSeq, headSeq: this.#headSeq, chain: last.chain, items });
  }

  /** The ops after `sentSeq`, at most one page of bytes and at least one op; null where they are gone from the log. */
  #page(sentSeq: number): Page | null {
    const found = this.#tail.after(sentSeq, PAGE_ROWS) ?? this.#read(sentSeq + 1);
    if (found[0]?.seq !== sentSeq + 1) return null;
    const end = endOfPage(found);
    const entries = end === -1 ? found : found.slice(0, Math.max(1, end));
    const last = entries.at(-1);
    if (last === undefined) return null;
    const fromSeq = Math.min(...entries.map(({ compact, seq }) => compact?.fromSeq ?? seq));
    return { entries, last, authors: mainAuthors(entries), fromSeq, whole: null, compact: null };
  }

  /** Entries from the log, about a page of them: it is read in pieces, for ops may be large. */
  #read(fromSeq: number): readonly TailEntry[] {
    const entries: TailEntry[] = [];
    for (;;) {
      const rows = this.#ports.log.read(fromSeq + entries.length, READ_ROWS);
      entries.push(...Tail.of(rows));
      if (rows.length < READ_ROWS || entries.length >= PAGE_ROWS || endOfPage(entries) !== -1) return entries;
    }
  }

  /** Sends a presence if it is due; else says in how many ms it will be. */
  #showPresence(session: Session): number {
    const intervalMs = this.#sessions.size > COMPANY ? COMPANY_PRESENCE_INTERVAL_MS : PRESENCE_INTERVAL_MS;
    const waitMs = session.presenceSentMs + intervalMs - this.#lastTickMs;
    if (waitMs > 0) return waitMs;
    const budgetMs = this.#presenceSends.waitMs(1, this.#lastTickMs);
    if (budgetMs > 0) return Math.max(budgetMs, this.#pace.leastMs);
    session.isPresenceDirty = false;
    session.presenceSentMs = this.#lastTickMs;
    this.#ports.keepSession(session);
    const { connection, presence } = session;
    const frame = encodeDown(
      presence.length === 0 ? { type: "leave", connection } : { type: "peer_presence", connection, payload: presence },
    );
    this.#presenceSends.spend(this.#sessions.size);
    for (const other of this.#sessions.values()) {
      const isShown = other !== session && other.phase === "live" && !(other.isLagging && presence.length > 0);
      if (isShown) this.#ports.send(other.connection, frame);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Drops what every live socket has that gets the log as it grows. */
  #trim(): void {
    let neededSeq = this.#headSeq;
    for (const session of this.#sessions.values())
      if (session.phase === "live" && !session.isLagging) neededSeq = Math.min(neededSeq, session.sentSeq);
    this.#tail.trimTo(neededSeq);
  }
}

/** The sockets over which at least half of `entries` came. */
function mainAuthors(entries: readonly TailEntry[]): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const { connection } of entries)
    if (connection !== null) counts.set(connection, (counts.get(connection) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count * 2 >= entries.length).map(([connection]) => connection));
}

/** Which entry is the first beyond the bytes of one page; -1: none. */
function endOfPage(entries: readonly TailEntry[]): number {
  let bytes = 0;
  return entries.findIndex((entry) => (bytes += bytesOf(entry)) > MAX_PAGE_BYTES);
}
