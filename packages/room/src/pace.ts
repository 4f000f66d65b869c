// How often the log goes out while a room is busy. Each time costs a message to every socket. Where that is more than the object
// can do, its timers ring late: then the log goes out less often, with more in each message, until they ring in time again.

/** Nobody sees the difference to less. */
const SHORTEST_MS = 15;
/** With what a client gathers (120 ms) somebody else's key still shows within a quarter of a second. */
const LONGEST_MS = 90;
/** 800 sockets get the log every 80 ms, late or not: ops need the time too. */
const MS_A_SOCKET = 0.1;
/** What a host with enough to spare does not reach. */
const LATE_MS = 10;
const SLOWER = 1.5;
const FASTER = 0.9;

export class Pace {
  #ms = SHORTEST_MS;

  /** From one time to the next, with so many sockets. */
  intervalMs(sockets: number): number {
    return Math.max(this.#ms, sockets * MS_A_SOCKET);
  }

  /** A timer rang so long after its time. */
  rang(lateMs: number): void {
    if (lateMs > LATE_MS) this.#ms = Math.min(LONGEST_MS, this.#ms * SLOWER);
    else if (lateMs <= LATE_MS / 2) this.#ms = Math.max(SHORTEST_MS, this.#ms * FASTER);
  }
}
