// How a device gets to one log: what it must bring, where it knocks, and what it may ask for besides the socket. A note has one
// (note-entrance.ts), the private log of a user another.
import type { ServerState, Ticket } from "./server.ts";

export interface Entry {
  readonly ticket: Ticket;
  /** What the device may enrol with, best first. */
  readonly certificates: readonly Uint8Array[];
}

/** Each call rejects with a RefusedError where the server answered no, and with anything else where it was not reached. */
export interface Entrance {
  enter(): Promise<Entry>;
  /** The newest snapshot, not yet proven; null where there is none. */
  snapshot(): Promise<Uint8Array | null>;
  state(): Promise<ServerState>;
  /** The text of this moment; null where there is none. */
  text(): Promise<string | null>;
  /** The chain value at `seq` in the server's log; null where it has none there. */
  chainAt(seq: number): Promise<Uint8Array | null>;
}
