// One picture of a note is drawn at a time. The lease ends by itself, for whoever holds it may die.

const LEASE_MS = 5000;

export class RenderLease {
  #untilMs = 0;

  begin(nowMs: number): boolean {
    if (nowMs < this.#untilMs) return false;
    this.#untilMs = nowMs + LEASE_MS;
    return true;
  }

  end(): void {
    this.#untilMs = 0;
  }
}
