// The nonces of tickets that opened a socket here. A ticket opens one: whoever reads it off a wire or out of a log, with the HELLO
// that went with it, comes too late. Kept in memory for as long as a ticket lives; an object that slept in between forgets them, and
// then a ticket still opens nothing without the signature of its device's key.
import { toBase64Url } from "@reed/bytes";

/** A ticket's minute, and some for clocks that differ. */
const KEPT_MS = 90_000;

export class UsedNonces {
  /** Since `#turnedMs`, and in the time before: a set that is dropped whole costs less for each than a time for each. */
  #young = new Set<string>();
  #old: ReadonlySet<string> = new Set();
  #turnedMs = Number.NEGATIVE_INFINITY;

  /** False where it was used before. */
  use(nonce: Uint8Array, nowMs: number): boolean {
    if (nowMs - this.#turnedMs > KEPT_MS) {
      this.#old = nowMs - this.#turnedMs > 2 * KEPT_MS ? new Set() : this.#young;
      this.#young = new Set();
      this.#turnedMs = nowMs;
    }
    const key = toBase64Url(nonce);
    if (this.#young.has(key) || this.#old.has(key)) return false;
    this.#young.add(key);
    return true;
  }
}
