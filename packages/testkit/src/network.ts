// A socket as TCP has it: each direction in order, with latency, and it may die at any moment. What was in flight then is lost
// from some frame on, in each direction for itself, and each side learns of the end when it learns of it: until then it talks
// to nobody.
import type { CloseReason } from "@reed/protocol";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";

export interface End {
  readonly onFrame: (frame: Uint8Array) => void;
  /** `reason` null: the network or the other side, without a word. */
  readonly onClosed: (reason: CloseReason | null) => void;
}

export interface NetworkTimes {
  /** Longest one-way latency, µs. */
  readonly latencyUs: number;
  /** Longest time for which a side may not notice that a socket is dead, µs. */
  readonly halfOpenUs: number;
}

type Side = "client" | "server";

export class Connection {
  readonly id: number;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #times: NetworkTimes;
  readonly #ends: Readonly<Record<Side, End>>;
  readonly #isOpen: Record<Side, boolean> = { client: true, server: true };
  /** When the last frame towards a side arrives. */
  readonly #lastAtUs: Record<Side, number> = { client: 0, server: 0 };
  /** From when on nothing arrives at a side any more. */
  readonly #cutAtUs: Record<Side, number> = { client: Infinity, server: Infinity };

  constructor(
    id: number,
    ends: Readonly<Record<Side, End>>,
    times: NetworkTimes,
    scheduler: Scheduler,
    random: Random,
  ) {
    this.id = id;
    this.#ends = ends;
    this.#times = times;
    this.#scheduler = scheduler;
    this.#random = random;
  }

  isOpenAt(side: Side): boolean {
    return this.#isOpen[side];
  }

  get isDead(): boolean {
    return this.#cutAtUs.client !== Infinity;
  }

  /** Sends `frame` towards `to`. */
  send(to: Side, frame: Uint8Array): void {
    const from: Side = to === "client" ? "server" : "client";
    if (this.#isOpen[from]) this.#arrive(to, () => this.#ends[to].onFrame(frame));
  }

  /** One side ends the socket in order: what it sent before still arrives. It is not told itself. */
  close(by: Side, reason: CloseReason | null): void {
    if (!this.#isOpen[by]) return;
    this.#isOpen[by] = false;
    const other: Side = by === "client" ? "server" : "client";
    this.#arrive(other, () => this.#end(other, reason));
  }

  /** The socket dies somewhere between the two. */
  kill(halfOpenUs = this.#times.halfOpenUs): void {
    for (const side of ["client", "server"] as const) {
      const cutAtUs = this.#scheduler.nowUs + this.#random.between(0, this.#times.latencyUs);
      this.#cutAtUs[side] = Math.min(this.#cutAtUs[side], cutAtUs);
      const lateUs = this.#random.chance(0.5) ? 0 : this.#random.between(0, halfOpenUs);
      this.#scheduler.at(Math.max(cutAtUs, this.#scheduler.nowUs + lateUs), () => this.#end(side, null));
    }
  }

  /** A side is gone without a trace: its machine crashed. */
  vanish(side: Side): void {
    this.#isOpen[side] = false;
    this.kill();
  }

  #arrive(at: Side, run: () => void): void {
    const latencyUs = this.#random.between(0, this.#times.latencyUs);
    const atUs = Math.max(this.#lastAtUs[at], this.#scheduler.nowUs + latencyUs);
    this.#lastAtUs[at] = atUs;
    this.#scheduler.at(atUs, () => {
      if (this.#isOpen[at] && atUs <= this.#cutAtUs[at]) run();
    });
  }

  #end(side: Side, reason: CloseReason | null): void {
    if (!this.#isOpen[side]) return;
    this.#isOpen[side] = false;
    this.#ends[side].onClosed(reason);
  }
}
