// What a load generator is told, and what it says. Each job runs in a process of its own, so that one contestant's garbage is
// never another's.
import type { ServerName } from "../lib/servers.ts";

export type Job =
  /** As many edits as the server takes: 64 under way, a new one when all receivers have the oldest. */
  | { readonly type: "push"; readonly receivers: number; readonly edits: number; readonly warmUp: number }
  /** Typists at their own pace, whatever the server does. */
  | {
      readonly type: "type";
      readonly receivers: number;
      readonly typists: number;
      readonly keysPerSecond: number;
      readonly seconds: number;
      readonly warmUpSeconds: number;
      readonly gatherMs: number;
    }
  /** A note with as many sockets to warm up, which leave it; then one with many, who do nothing. */
  | { readonly type: "idle"; readonly receivers: number; readonly settleSeconds: number; readonly seconds: number };

export interface JobOrder {
  readonly server: ServerName;
  readonly url: string;
  readonly seed: number;
  readonly job: Job;
}

/** ms unless it says otherwise. */
export interface JobResult {
  /** What went wrong; null: every answer was right. */
  readonly fault: string | null;
  readonly opsPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** From the socket send to every receiver. */
  readonly peer: Spread;
  /** From the socket send to the server's answer. */
  readonly ack: Spread;
  /** From the key press to every receiver. */
  readonly key: Spread;
  /** Bytes of TCP at a typist's socket, up, for each key; and at a receiver's, down, for each key. */
  readonly bytesUpPerKey: number;
  readonly bytesDownPerKey: number;
  readonly framesDownPerKey: number;
  /** Share of one core that the load generator took. */
  readonly generatorCores: number;
  /** Of an idle job: what the many sockets were sent in the quiet time, pings included. */
  readonly idleFrames?: number | undefined;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface PeopleOrder {
  readonly url: string;
  readonly notes: number;
  readonly hasCompany: boolean;
  readonly seconds: number;
  readonly seed: number;
}

export interface PeopleResult {
  readonly fault: string | null;
  readonly keys: number;
  readonly seconds: number;
}
