// How much providers may send: each socket, and all sockets of one person or of one link together. Buckets that fill with time. A
// provider that runs over is closed with `rate`, comes back and sends what is missing as one update, so nothing is lost by it.
import { isLinkPrincipal, type Principal } from "@reed/log";

/** A script's burst, then what ten quick typists would need together. */
const BURST = 600;
const PER_SECOND = 100;
/** What one message costs besides: its size, in these. */
const BYTES_PER_POINT = 4096;
/** A person: four editors that do so at once, as on our own wire (docs/spec/wire.md, W46). */
const OF_PERSON = 4;
/** Many come by one link: three hundred may come back at once after a restart. */
const OF_LINK = 16;
/** Allowances of principals that are remembered before the full ones are given up. */
const MAX_SHARED = 1024;

/** What a message of `bytes` costs, times `weight`. */
export function costOf(bytes: number, weight: number): number {
  return weight * (1 + bytes / BYTES_PER_POINT);
}

export class Allowance {
  readonly #times: number;
  #points: number;
  #filledMs: number;

  /** `times`: of what one socket may send. */
  constructor(nowMs: number, times = 1) {
    this.#times = times;
    this.#points = times * BURST;
    this.#filledMs = nowMs;
  }

  has(cost: number, nowMs: number): boolean {
    const passedMs = Math.max(0, nowMs - this.#filledMs);
    this.#points = Math.min(this.#times * BURST, this.#points + (passedMs / 1000) * this.#times * PER_SECOND);
    this.#filledMs = nowMs;
    return this.#points >= cost;
  }

  spend(cost: number): void {
    this.#points -= cost;
  }

  isFull(nowMs: number): boolean {
    return this.has(this.#times * BURST, nowMs);
  }
}

/** A socket, and for whom it came. */
export interface Spender {
  readonly principal: Principal;
  readonly allowance: Allowance;
}

export class SharedAllowances {
  readonly #shared = new Map<Principal, Allowance>();

  /** Takes `cost` from the socket's allowance and from the one that it shares; false, and nothing taken, where one has less. */
  take(spender: Spender, cost: number, nowMs: number): boolean {
    const both = [spender.allowance, this.#sharedOf(spender, nowMs)];
    if (!both.every((allowance) => allowance.has(cost, nowMs))) return false;
    for (const allowance of both) allowance.spend(cost);
    return true;
  }

  #sharedOf({ principal }: Spender, nowMs: number): Allowance {
    if (this.#shared.size >= MAX_SHARED) this.#giveUpFull(nowMs);
    const times = isLinkPrincipal(principal) ? OF_LINK : OF_PERSON;
    const shared = this.#shared.get(principal) ?? new Allowance(nowMs, times);
    this.#shared.set(principal, shared);
    return shared;
  }

  #giveUpFull(nowMs: number): void {
    for (const [principal, shared] of this.#shared) if (shared.isFull(nowMs)) this.#shared.delete(principal);
  }
}
