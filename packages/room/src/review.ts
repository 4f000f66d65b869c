// When the roles of the live sockets must be looked at anew: where a control op came in, where a grant ran out, and after a
// change among the sockets themselves. Looking costs a step a socket, so it is not done for each op that is typed.
import type { Ledger } from "@reed/log";

export class Review {
  #controlSeq = 0;
  #nextExpiryUs = Number.NEGATIVE_INFINITY;

  /** The next look is due whatever the log says. */
  force(): void {
    this.#nextExpiryUs = Number.NEGATIVE_INFINITY;
  }

  /** Whether to look now; who asks then looks. */
  isDue(ledger: Ledger, nowUs: number): boolean {
    const controlSeq = ledger.control?.seq ?? 0;
    if (controlSeq === this.#controlSeq && nowUs < this.#nextExpiryUs) return false;
    this.#controlSeq = controlSeq;
    this.#nextExpiryUs = Number.POSITIVE_INFINITY;
    for (const { expiresUs } of ledger.grants.values())
      if (expiresUs !== null && expiresUs > nowUs) this.#nextExpiryUs = Math.min(this.#nextExpiryUs, expiresUs);
    return true;
  }
}
