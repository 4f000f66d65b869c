// A server that refuses ops for reasons of its own: too busy for now, or as made on too old a log. What was once said of an op, or
// left to the room to say, stays so.
import { toHex } from "@reed/bytes";
import { HEADER_BYTES, opIdOf } from "@reed/log";
import { encodeUp, type Nack, type Up } from "@reed/protocol";
import { sha256 } from "./keys.ts";

export type Refusal = Omit<Nack, "type">;

const RETRY_MS = 400;

export class HostEdge {
  readonly #judged = new Set<string>();
  readonly #behind = new Set<string>();
  /** The next so many ops are refused for now (retry), the ops of the next so many frames as made on too old a log (reissue). */
  busyOps = 0;
  behindOps = 0;

  /** What is refused of an OPS message, and the frame with the rest; null where nothing is left. `frame`: the message's own. */
  judge(
    message: Up & { readonly type: "ops" },
    frame: Uint8Array,
  ): { readonly refusals: readonly Refusal[]; readonly rest: Uint8Array | null } {
    const ops = message.envelopes.map((envelope) => {
      const opId = opIdOf(envelope.subarray(0, HEADER_BYTES), sha256);
      return { envelope, opId, key: toHex(opId) };
    });
    if (this.busyOps > 0) {
      this.busyOps = Math.max(0, this.busyOps - ops.length);
      const refusals = ops.map(({ opId }) => ({ opId, class: "retry", code: "rate", retryAfterMs: RETRY_MS }) as const);
      return { refusals, rest: null };
    }
    const isFresh = ops.every(({ key }) => !this.#judged.has(key));
    if (isFresh && this.behindOps > 0) {
      this.behindOps -= 1;
      for (const { key } of ops) this.#behind.add(key);
    }
    for (const { key } of ops) this.#judged.add(key);
    const refusals = ops
      .filter(({ key }) => this.#behind.has(key))
      .map(({ opId }) => ({ opId, class: "reissue", code: "behind", retryAfterMs: 0 }) as const);
    const envelopes = ops.filter(({ key }) => !this.#behind.has(key)).map(({ envelope }) => envelope);
    if (refusals.length === 0) return { refusals, rest: frame };
    return { refusals, rest: envelopes.length === 0 ? null : encodeUp({ type: "ops", envelopes }) };
  }
}
