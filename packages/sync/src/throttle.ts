// Something that is worth doing only now and then: asked for any number of times, it is done once after the wait.

export class Throttle {
  readonly #delayMs: number;
  readonly #work: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(delayMs: number, work: () => void) {
    this.#delayMs = delayMs;
    this.#work = work;
  }

  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#work();
    }, this.#delayMs);
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
