// Who gets what, and when. The log goes out at once when the room is quiet and at most every 15 ms while it is busy, in one
// DELIVER a socket with everything since its last; presence shares the tick. A socket that is behind gets a page a tick.
import type { LogRow } from "@reed/log";
import { encodeDeliverFrame, encodeDown, MAX_PAGE_BYTES } from "@reed/protocol";
import type { RoomPorts } from "./ports.ts";
import type { Session } from "./session.ts";
import { encodedFor, type TailEntry, tailEntry } from "./tail.ts";

export const FAN_OUT_INTERVAL_MS = 15;
/** One connection shows a new position at most this often; in a crowd less often, for each costs a message to everybody. */
const PRESENCE_INTERVAL_MS = 100;
const CROWD_PRESENCE_INTERVAL_MS = 500;
const CROWD = 20;
const PAGE_ROWS = 1024;

export class FanOut {
  readonly #ports: RoomPorts;
  readonly #sessions: ReadonlyMap<number, Session>;
  #tail: TailEntry[] = [];
  #headSeq: number;
  #lastTickMs = Number.NEGATIVE_INFINITY;
  #isWaking = false;

  constructor(ports: RoomPorts, sessions: ReadonlyMap<number, Session>, headSeq: number) {
    this.#ports = ports;
    this.#sessions = sessions;
    this.#headSeq = headSeq;
  }

  /** Rows that were just committed, and the socket they came over. */
  add(rows: readonly LogRow[], connection: number | null): void {
    for (const row of rows) this.#tail.push(tailEntry(row, connection));
    this.#headSeq = rows.at(-1)?.seq ?? this.#headSeq;
  }

  /** Something waits to be sent: at once if the room was quiet, else at the next tick. */
  request(): void {
    const waitMs = this.#lastTickMs + FAN_OUT_INTERVAL_MS - this.#nowMs();
    if (waitMs <= 0) this.tick();
    else this.#wakeIn(waitMs);
  }

  tick(): void {
    this.#isWaking = false;
    this.#lastTickMs = this.#nowMs();
    const frames = new Map<number, Uint8Array>();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const session of this.#sessions.values()) {
      if (session.phase !== "live") continue;
      if (session.sentSeq < this.#headSeq) this.#deliver(session, frames);
      if (session.sentSeq < this.#headSeq) nextMs = Math.min(nextMs, FAN_OUT_INTERVAL_MS);
      if (session.isPresenceDirty) nextMs = Math.min(nextMs, this.#showPresence(session));
    }
    this.#trim();
    if (Number.isFinite(nextMs)) this.#wakeIn(nextMs);
  }

  #nowMs(): number {
    return this.#ports.nowUs() / 1000;
  }

  #wakeIn(delayMs: number): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#ports.wakeIn(delayMs);
  }

  #deliver(session: Session, frames: Map<number, Uint8Array>): void {
    const page = this.#page(session.sentSeq);
    const last = page.at(-1);
    if (last === undefined) return;
    const isShared = page.every(({ connection }) => connection !== session.connection);
    const shared = isShared ? frames.get(session.sentSeq) : undefined;
    const frame = shared ?? this.#frame(page, last, session.connection);
    if (isShared && shared === undefined) frames.set(session.sentSeq, frame);
    this.#ports.send(session.connection, frame);
    session.sentSeq = last.seq;
  }

  #frame(page: readonly TailEntry[], last: TailEntry, connection: number): Uint8Array {
    const head = { firstSeq: last.seq - page.length + 1, headSeq: this.#headSeq, chain: last.chain };
    return encodeDeliverFrame(
      head,
      page.map((entry) => encodedFor(entry, connection)),
    );
  }

  /** The ops after `sentSeq`, at most one page of bytes and at least one op. */
  #page(sentSeq: number): readonly TailEntry[] {
    const first = this.#tail[0];
    const entries =
      first !== undefined && first.seq <= sentSeq + 1
        ? this.#tail.slice(sentSeq + 1 - first.seq, sentSeq + 1 - first.seq + PAGE_ROWS)
        : this.#ports.log.read(sentSeq + 1, PAGE_ROWS).map((row) => tailEntry(row, null));
    let bytes = 0;
    const end = entries.findIndex(({ encoded }) => (bytes += encoded.length) > MAX_PAGE_BYTES);
    return end === -1 ? entries : entries.slice(0, Math.max(1, end));
  }

  /** Sends a presence if it is due; else says in how many ms it will be. */
  #showPresence(session: Session): number {
    const intervalMs = this.#sessions.size > CROWD ? CROWD_PRESENCE_INTERVAL_MS : PRESENCE_INTERVAL_MS;
    const waitMs = session.presenceSentMs + intervalMs - this.#lastTickMs;
    if (waitMs > 0) return waitMs;
    session.isPresenceDirty = false;
    session.presenceSentMs = this.#lastTickMs;
    const { connection, presence } = session;
    const frame = encodeDown(
      presence.length === 0 ? { type: "leave", connection } : { type: "peer_presence", connection, payload: presence },
    );
    for (const other of this.#sessions.values()) {
      if (other !== session && other.phase === "live") this.#ports.send(other.connection, frame);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Drops what every live socket has. */
  #trim(): void {
    let neededSeq = this.#headSeq;
    for (const session of this.#sessions.values())
      if (session.phase === "live") neededSeq = Math.min(neededSeq, session.sentSeq);
    const first = this.#tail[0]?.seq ?? 0;
    const isFarBehind = this.#headSeq - neededSeq > PAGE_ROWS;
    const keepFrom = isFarBehind ? this.#headSeq - PAGE_ROWS : neededSeq;
    if (first <= keepFrom) this.#tail = this.#tail.slice(keepFrom - first + 1);
  }
}
