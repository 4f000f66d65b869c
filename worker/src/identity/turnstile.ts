// Lets in so many at once. Whoever comes on top waits by looking again and again: in workerd nobody can wait for a promise of
// another request.

const LOOK_AGAIN_MS = 25;

export class Turnstile {
  readonly #places: number;
  readonly #maxWaitMs: number;
  readonly #sleep: (ms: number) => Promise<unknown>;
  #inside = 0;

  constructor(places: number, maxWaitMs: number, sleep: (ms: number) => Promise<unknown> = pause) {
    this.#places = places;
    this.#maxWaitMs = maxWaitMs;
    this.#sleep = sleep;
  }

  /** False where no place became free in time. Who was let in leaves again. */
  async enter(): Promise<boolean> {
    for (let waitedMs = 0; this.#inside >= this.#places; waitedMs += LOOK_AGAIN_MS) {
      if (waitedMs >= this.#maxWaitMs) return false;
      await this.#sleep(LOOK_AGAIN_MS);
    }
    this.#inside += 1;
    return true;
  }

  leave(): void {
    this.#inside -= 1;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
