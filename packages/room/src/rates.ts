// How much one connection, and one person over all connections, may send. Honest clients stay far below; a flood is refused with
// a wait before the log takes anything, and a flood that does not stop ends its socket (docs/spec/wire.md, W46-W48).
import { equalBytes } from "@reed/bytes";
import type { Op } from "@reed/log";
import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_OPS } from "@reed/protocol";
import type { Decoded } from "./prepare.ts";
import { type BucketSize, TokenBucket } from "./token-bucket.ts";

const MIB = 1024 * 1024;

export interface Rate {
  readonly ops: BucketSize;
  readonly bytes: BucketSize;
  readonly frames: BucketSize;
}

/**
 * A connection: a typist makes 8 ops and some 20 frames a second. The bursts hold what a device brings back from a week offline:
 * 4 MiB, fifteen windows of ops, and each of them sent twice over where a socket dies on the way.
 */
const CONNECTION: Rate = {
  ops: { perSecond: 100, burst: 1000 },
  bytes: { perSecond: MIB, burst: 5 * MIB },
  frames: { perSecond: 150, burst: 1200 },
};

/** A person: four devices that do so at once. */
const PRINCIPAL: Rate = {
  ops: times(CONNECTION.ops, 4),
  bytes: times(CONNECTION.bytes, 4),
  frames: times(CONNECTION.frames, 4),
};

export const RATES = { connection: CONNECTION, principal: PRINCIPAL } as const;

/** Who sends so many times what is taken, and more than may be in flight, does not listen to refusals. */
const FLOOD = 4;
/** What a refusal waits for: that all which a client may have in flight will be taken. */
const WINDOW_FRAMES = 8;

export class Meter {
  readonly #ops: TokenBucket;
  readonly #bytes: TokenBucket;
  readonly #frames: TokenBucket;
  readonly #flood: { readonly ops: TokenBucket; readonly bytes: TokenBucket; readonly frames: TokenBucket };

  constructor({ ops, bytes, frames }: Rate, nowMs: number) {
    const bucket = (size: BucketSize): TokenBucket => new TokenBucket(size, nowMs);
    this.#ops = bucket(ops);
    this.#bytes = bucket(bytes);
    this.#frames = bucket(frames);
    this.#flood = {
      ops: bucket(atLeast(MAX_IN_FLIGHT_OPS, times(ops, FLOOD))),
      bytes: bucket(atLeast(MAX_IN_FLIGHT_BYTES, times(bytes, FLOOD))),
      frames: bucket(atLeast(WINDOW_FRAMES, times(frames, FLOOD))),
    };
  }

  /** Counts a frame as it comes in. False: this is a flood. */
  arrive(ops: number, bytes: number, nowMs: number): boolean {
    this.#frames.take(1, nowMs);
    const { ops: opsFlood, bytes: bytesFlood, frames } = this.#flood;
    return opsFlood.take(ops, nowMs) && bytesFlood.take(bytes, nowMs) && frames.take(1, nowMs);
  }

  /** 0 where an op of so many bytes may be taken now; else after how many ms a whole window of ops will be. */
  waitMs(bytes: number, nowMs: number): number {
    const isOpen =
      this.#ops.waitMs(1, nowMs) === 0 && this.#bytes.waitMs(bytes, nowMs) === 0 && this.#frames.waitMs(1, nowMs) === 0;
    if (isOpen) return 0;
    return Math.max(
      this.#ops.waitMs(MAX_IN_FLIGHT_OPS, nowMs),
      this.#bytes.waitMs(Math.max(bytes, MAX_IN_FLIGHT_BYTES), nowMs),
      this.#frames.waitMs(WINDOW_FRAMES, nowMs),
    );
  }

  count(bytes: number): void {
    this.#ops.spend(1);
    this.#bytes.spend(bytes);
  }

  isIdle(nowMs: number): boolean {
    return this.#ops.isFull(nowMs) && this.#bytes.isFull(nowMs) && this.#frames.isFull(nowMs);
  }
}

/** The ops of one connection on their way to the log. */
export class Gate {
  readonly #meters: readonly Meter[];
  /** The last op that was refused here: what was signed on top of it waits with it, and is not told that it has no past. */
  #held: Uint8Array | null = null;
  #heldUntilMs = 0;

  constructor(meters: readonly Meter[]) {
    this.#meters = meters;
  }

  /** Counts a frame as it comes in. False: this is a flood. */
  arrive(message: Decoded, bytes: number, nowMs: number): boolean {
    const ops = message.type === "ops" ? message.envelopes.length : 0;
    return this.#meters.map((meter) => meter.arrive(ops, bytes, nowMs)).every(Boolean);
  }

  /** 0: `op` goes on and is counted. Else it is refused for now, and may come again after so many whole ms. */
  hold(op: Op, nowMs: number): number {
    const bytes = op.envelope.length;
    const waitMs = Math.max(...this.#meters.map((meter) => meter.waitMs(bytes, nowMs)));
    const followsHeld = this.#held !== null && equalBytes(op.prev, this.#held);
    if (waitMs > 0 || followsHeld) {
      this.#held = op.opId;
      this.#heldUntilMs = Math.max(this.#heldUntilMs, nowMs + waitMs);
      return Math.max(1, Math.ceil(this.#heldUntilMs - nowMs));
    }
    if (this.#held !== null && equalBytes(op.opId, this.#held)) this.#held = null;
    for (const meter of this.#meters) meter.count(bytes);
    return 0;
  }
}

function times({ perSecond, burst }: BucketSize, factor: number): BucketSize {
  return { perSecond: perSecond * factor, burst: burst * factor };
}

function atLeast(burst: number, size: BucketSize): BucketSize {
  return { ...size, burst: Math.max(burst, size.burst) };
}
