// Who in the room asked to be woken when. The host knows one call, `tick`, and makes it as often as it was asked to: each one is
// for whoever is due first.

interface Timer {
  readonly atMs: number;
  readonly ring: () => void;
}

export class Timers {
  readonly #nowMs: () => number;
  readonly #wakeIn: (delayMs: number) => void;
  /** Earliest first. */
  readonly #timers: Timer[] = [];

  constructor(nowMs: () => number, wakeIn: (delayMs: number) => void) {
    this.#nowMs = nowMs;
    this.#wakeIn = wakeIn;
  }

  /** Calls `ring` once, about `delayMs` from now. */
  in(delayMs: number, ring: () => void): void {
    const atMs = this.#nowMs() + delayMs;
    const later = this.#timers.findIndex((timer) => timer.atMs > atMs);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, { atMs, ring });
    this.#wakeIn(delayMs);
  }

  /** One of the calls that were asked for. */
  ring(): void {
    this.#timers.shift()?.ring();
  }
}
