// When what a peer says of its log is a reason to hold ours against the server's. A presence is not signed: whoever may read the note
// can say anything in it, so the same word is a reason once, and all of them together are one look a minute.
import { toHex } from "@reed/bytes";
import type { Ledger } from "@reed/log";
import { decodePresence, hasParted } from "./presence.ts";

const LOOK_EVERY_MS = 60_000;
/** Words that are remembered; the oldest give way. */
const MAX_WORDS = 1000;

export class PeerDoubts {
  readonly #words = new Set<string>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** Whether to look now. `nowMs`: of a clock that is never put back. */
  isReason(peers: ReadonlyMap<number, Uint8Array>, ledger: Ledger | null, nowMs: number): boolean {
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return false;
    const words = [...peers].filter((peer) => hasParted(new Map([peer]), ledger)).map(wordOf);
    const news = words.filter((word) => !this.#words.has(word));
    if (news.length === 0) return false;
    this.#lookedAtMs = nowMs;
    for (const word of news) this.#words.add(word);
    for (const word of [...this.#words].slice(0, -MAX_WORDS)) this.#words.delete(word);
    return true;
  }
}

function wordOf([connection, payload]: readonly [number, Uint8Array]): string {
  const read = decodePresence(payload)?.read ?? null;
  return `${connection} ${read?.seq} ${read === null ? "" : toHex(read.chain)}`;
}
