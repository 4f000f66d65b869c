// One picture of a note is drawn at a time, and each once. Whoever wants the same picture while it is drawn waits here for the end
// of it; the lease ends by itself, for whoever holds it may die.

const LEASE_MS = 5000;

/** "draw": the lease is yours, end it. "drawn": somebody else has just drawn it. "busy": another picture is being drawn. */
export type Leave = "draw" | "drawn" | "busy";

export class RenderLease {
  #key: string | null = null;
  #untilMs = 0;
  #waiting: (() => void)[] = [];

  /** `key`: of the picture. */
  async begin(key: string, nowMs: number): Promise<Leave> {
    if (nowMs >= this.#untilMs) {
      this.end();
      this.#key = key;
      this.#untilMs = nowMs + LEASE_MS;
      return "draw";
    }
    const isSame = this.#key === key;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return isSame ? "drawn" : "busy";
  }

  end(): void {
    this.#key = null;
    this.#untilMs = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
