// What a load generator needs of a contestant: a note with sockets in it, and word of who got what.
import type { Typist } from "./typing.ts";

export interface NoteEvents {
  /** A receiver got the keys `from` up to and without `to` of the typist with this Yjs client id. */
  onKeys(receiver: number, client: number, from: number, to: number): void;
  /** The server says that it has an edit. */
  onAck(typist: number, edit: number): void;
  /** Something that must not happen did; the measurement is void. */
  onFault(what: string): void;
}

export interface NotePlan {
  /** Sockets that only read. */
  readonly receivers: number;
  /** Each has a socket of its own, which is sent everything as well. */
  readonly typists: readonly Typist[];
}

export interface Traffic {
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly framesDown: number;
  /** WebSocket pings, which a server sends of its own accord. */
  readonly pings: number;
}

export interface OpenNote {
  send(typist: number, edit: number): void;
  /** The text as the first receiver has it. */
  text(): string;
  /** Sum over the receivers' sockets, and over the typists'. */
  receiverTraffic(): Traffic;
  typistTraffic(): Traffic;
  close(): void;
}

export interface Driver {
  /** What an answer to an edit means. */
  readonly acks: "durable" | "in memory" | "none";
  open(serverUrl: string, plan: NotePlan, events: NoteEvents): Promise<OpenNote>;
}

/** Runs `work` over `items`, a few at a time. */
export async function inTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}

/** A hundred receivers are sent the same bytes: they are read once, and then recognised. */
export class FrameCache<T> {
  readonly #entries: { readonly bytes: Buffer; readonly value: T }[] = [];
  #next = 0;

  get(frame: Buffer, decode: (frame: Buffer) => T): T {
    for (let back = 1; back <= this.#entries.length; back += 1) {
      const entry = this.#entries[(this.#next - back + KEPT * 2) % KEPT];
      if (entry !== undefined && entry.bytes.length === frame.length && entry.bytes.equals(frame)) return entry.value;
    }
    const bytes = Buffer.from(frame);
    const value = decode(bytes);
    this.#entries[this.#next] = { bytes, value };
    this.#next = (this.#next + 1) % KEPT;
    return value;
  }
}

const KEPT = 64;

export function sumTraffic(
  sockets: readonly {
    readonly bytesIn: number;
    readonly bytesOut: number;
    readonly frames: number;
    readonly pings: number;
  }[],
): Traffic {
  const sum = { bytesUp: 0, bytesDown: 0, framesDown: 0, pings: 0 };
  for (const { bytesIn, bytesOut, frames, pings } of sockets) {
    sum.bytesUp += bytesOut;
    sum.bytesDown += bytesIn;
    sum.framesDown += frames;
    sum.pings += pings;
  }
  return sum;
}
