// How often the log goes out while a room is busy. Each time costs a message to every socket: a host bears so many a second, and for
// a moment more. So what is written now and then goes out as it is written, and in a crowd that writes all the time it goes out
// less often, with more in each message. Where that is still more than the object can do, its timers ring late: then it goes out
// less often yet, until they ring in time again.

/** What is stored while a room is busy is stored in steps of 5 ms (line.ts): each of them goes out by itself. */
const SHORTEST_MS = 4;
/** With what a client gathers (120 ms) somebody else's key still shows within a quarter of a second. */
const LONGEST_MS = 90;
/** 800 sockets get the log every 80 ms, late or not: ops need the time too. */
const MS_A_MESSAGE = 0.1;
/** What a room may be ahead of that: 600 messages. */
const AHEAD_MS = 60;
/** What a host with enough to spare does not reach. */
const LATE_MS = 10;
const SLOWER = 1.5;
const FASTER = 0.9;
/** A clock that goes back must not hold anything up. */
const MOST_WAIT_MS = 200;

export class Pace {
  #ms = SHORTEST_MS;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** Until then what went out takes at the pace that lasts. */
  #busyMs = Number.NEGATIVE_INFINITY;

  /** From one time to the next at the least. */
  get leastMs(): number {
    return this.#ms;
  }

  /** How long the log has to wait at `nowMs` before it goes out; 0 or less: not at all. */
  waitMs(nowMs: number): number {
    return Math.min(MOST_WAIT_MS, Math.max(this.#lastMs + this.#ms, this.#busyMs - AHEAD_MS) - nowMs);
  }

  /** It went out, in so many messages. */
  went(messages: number, nowMs: number): void {
    const busyMs = Math.min(this.#busyMs, nowMs + MOST_WAIT_MS);
    this.#lastMs = nowMs;
    this.#busyMs = Math.max(busyMs, nowMs) + messages * MS_A_MESSAGE;
  }

  /** A timer rang so long after its time. */
  rang(lateMs: number): void {
    if (lateMs > LATE_MS) this.#ms = Math.min(LONGEST_MS, this.#ms * SLOWER);
    else if (lateMs <= LATE_MS / 2) this.#ms = Math.max(SHORTEST_MS, this.#ms * FASTER);
  }
}
