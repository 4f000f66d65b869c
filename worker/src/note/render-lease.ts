// One picture of a note is drawn at a time, and each once. Whoever wants the same picture while it is drawn waits here for the end
// of it, or of the lease: whoever holds it may die, and what it ends afterwards is nobody else's.

const LEASE_MS = 5000;

export type Leave =
  /** The lease is yours: end it with its turn. */
  | { readonly type: "draw"; readonly turn: number }
  /** "drawn": somebody else has just drawn it. "busy": another picture was being drawn, or the lease ran out. */
  | { readonly type: "drawn" | "busy" };

interface Lease {
  readonly key: string;
  readonly turn: number;
  readonly untilMs: number;
  readonly over: PromiseWithResolvers<"ended" | "expired">;
  isTimed: boolean;
}

export class RenderLease {
  #lease: Lease | null = null;
  #lastTurn = 0;

  /** `key`: of the picture. `wait`: resolves after so many milliseconds. */
  async begin(key: string, nowMs: number, wait: (ms: number) => Promise<void>): Promise<Leave> {
    const lease = this.#lease;
    if (lease === null) return this.#take(key, nowMs);
    if (nowMs >= lease.untilMs) {
      this.#drop(lease, "expired");
      return this.#take(key, nowMs);
    }
    if (!lease.isTimed) {
      lease.isTimed = true;
      void wait(lease.untilMs - nowMs).then(() => this.#drop(lease, "expired"));
    }
    const end = await lease.over.promise;
    return { type: end === "ended" && lease.key === key ? "drawn" : "busy" };
  }

  /** Does nothing where the lease of that turn is over. */
  end(turn: number): void {
    if (this.#lease?.turn === turn) this.#drop(this.#lease, "ended");
  }

  #take(key: string, nowMs: number): Leave {
    // Above every turn of an object that was evicted meanwhile, too.
    const turn = Math.max(this.#lastTurn + 1, nowMs);
    this.#lastTurn = turn;
    this.#lease = { key, turn, untilMs: nowMs + LEASE_MS, over: Promise.withResolvers(), isTimed: false };
    return { type: "draw", turn };
  }

  #drop(lease: Lease, end: "ended" | "expired"): void {
    if (this.#lease === lease) this.#lease = null;
    lease.over.resolve(end);
  }
}
