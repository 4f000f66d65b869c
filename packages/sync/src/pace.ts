// News that are told at once where it was quiet, and gathered where they come thick and fast: listeners hear of the last of them.

export class Pace {
  readonly #everyMs: () => number;
  readonly #tell: () => void;
  #state: "quiet" | "telling" | "resting" | "due" | "over" = "quiet";

  /** `everyMs` 0: everything is told as it happens. */
  constructor(everyMs: number | (() => number), tell: () => void) {
    this.#everyMs = typeof everyMs === "number" ? () => everyMs : everyMs;
    this.#tell = tell;
  }

  news(): void {
    if (this.#state === "resting") this.#state = "due";
    if (this.#state !== "quiet") return;
    if (this.#everyMs() === 0) return this.#tell();
    this.#state = "telling";
    // What happens in one go is one piece of news.
    queueMicrotask(() => this.#tellNow());
  }

  /** News that may not be seen late, and with them all that has waited. */
  urgent(): void {
    if (this.#state !== "resting" && this.#state !== "due") return this.news();
    this.#state = "resting";
    this.#tell();
  }

  /** Nothing is told any more. */
  end(): void {
    this.#state = "over";
  }

  #tellNow(): void {
    if (this.#state === "over") return;
    this.#state = "resting";
    setTimeout(() => {
      if (this.#state === "due") this.#tellNow();
      else if (this.#state === "resting") this.#state = "quiet";
    }, this.#everyMs());
    this.#tell();
  }
}
