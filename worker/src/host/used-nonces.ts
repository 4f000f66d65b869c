// The nonces of tickets that opened a socket here. A ticket opens one: whoever reads it off a wire or out of a log, with the HELLO
// that went with it, comes too late. Kept in memory for as long as a ticket lives; an object that slept in between forgets them, and
// then a ticket still opens nothing without the signature of its device's key.
import { toBase64Url } from "@reed/bytes";

/** A ticket's minute, and some for clocks that differ. */
const KEPT_MS = 90_000;

export class UsedNonces {
  /** In the order of their times. */
  readonly #usedAt = new Map<string, number>();

  /** False where it was used before. */
  use(nonce: Uint8Array, nowMs: number): boolean {
    for (const [used, atMs] of this.#usedAt) {
      if (nowMs - atMs <= KEPT_MS) break;
      this.#usedAt.delete(used);
    }
    const key = toBase64Url(nonce);
    if (this.#usedAt.has(key)) return false;
    this.#usedAt.set(key, nowMs);
    return true;
  }
}
